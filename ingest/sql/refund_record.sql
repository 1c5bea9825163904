-- Writes what was learnt of a refund, and gives its reservation back when it came to nothing.
-- $1 refund, $2 status, $3 Stripe refund, $4 failure reason, $5 first writer, $6 now, $7 payment, $8 amount given back.
-- The caller holds the locks of both rows.
WITH refund AS (
  UPDATE refunds SET status = $2, stripe_refund = $3, failure_reason = $4, first_writer = $5, updated_at = $6 WHERE id = $1
)
UPDATE payments SET amount_refunded = amount_refunded - $8::bigint, updated_at = $6, version = version + 1
WHERE id = $7 AND $8::bigint > 0
