-- The refunds of a payment, oldest first. $1 payment.
SELECT r.*, p.sale_id, p.till_id, p.store_id, p.stripe_charge, p.stripe_payment_intent
FROM refunds r JOIN payments p ON p.id = r.payment_id
WHERE r.payment_id = $1 ORDER BY r.created_at, r.id
