-- A payment, locked. $1 payment.
SELECT id, sale_id, till_id, store_id, method, currency, amount, amount_captured, amount_refunded, status, capture_method,
       stripe_payment_intent, stripe_charge, cashier_ref, trace_id, attention, version
FROM payments WHERE id = $1 FOR UPDATE
