-- A refund with its payment, by our id or else by Stripe's; locks the payment, then the refund.
-- $1 refund id or null, $2 Stripe refund id.
SELECT r.id, r.payment_id, r.currency, r.amount, r.reason, r.status, r.stripe_refund, r.failure_reason, r.first_writer,
       r.trace_id, p.sale_id, p.till_id, p.store_id
FROM refunds r JOIN payments p ON p.id = r.payment_id
WHERE r.id = coalesce($1, (SELECT id FROM refunds WHERE stripe_refund = $2))
FOR UPDATE OF p, r
