-- A payment with its sale, by our id or else by its PaymentIntent; locks the sale, then the payment.
-- $1 payment id or null, $2 PaymentIntent id or null.
SELECT p.id, p.sale_id, p.till_id, p.store_id, p.method, p.currency, p.amount, p.amount_captured, p.status,
       p.stripe_payment_intent, p.stripe_charge, p.decline_code, p.failure_code, p.failure_message, p.card_brand,
       p.card_last4, p.trace_id, p.first_writer, p.accepted_at, p.finished_at, p.latency_ms, p.attempts,
       s.total AS sale_total, s.tax_amount AS sale_tax, s.tip_amount AS sale_tip, s.amount_paid AS sale_paid
FROM sales s JOIN payments p ON p.sale_id = s.id
WHERE p.id = coalesce($1, (SELECT id FROM payments WHERE stripe_payment_intent = $2))
FOR UPDATE OF s, p
