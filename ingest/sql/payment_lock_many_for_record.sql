-- Payments with their sales, by our ids or by their PaymentIntents; locks in one order for all writers, the sale before its
-- payment, so that two of them never wait for each other in a circle.
-- $1 payment ids, $2 PaymentIntent ids.
SELECT p.id, p.sale_id, p.till_id, p.store_id, p.method, p.currency, p.amount, p.amount_captured, p.status,
       p.stripe_payment_intent, p.stripe_charge, p.decline_code, p.failure_code, p.failure_message, p.card_brand,
       p.card_last4, p.trace_id, p.first_writer, p.accepted_at, p.finished_at, p.latency_ms, p.attempts,
       s.total AS sale_total, s.tax_amount AS sale_tax, s.tip_amount AS sale_tip, s.amount_paid AS sale_paid
FROM payments p JOIN sales s ON s.id = p.sale_id
WHERE p.id = ANY ($1::text[]) OR p.stripe_payment_intent = ANY ($2::text[])
ORDER BY p.sale_id, p.id
FOR UPDATE OF s, p
