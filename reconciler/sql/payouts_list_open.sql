-- Payouts whose own row, or the row that brought their money back, is not paired, and those with a key in $1. Their amount
-- is the one that Stripe said last.
SELECT p.id, expected.key, p.currency, expected.amount, p.stripe_created
FROM payouts p
LEFT JOIN payout_checks c ON c.payout_id = p.id
CROSS JOIN LATERAL (
  SELECT p.id AS key, -coalesce(c.amount, p.amount) AS amount
  UNION ALL
  SELECT p.id || ':reversal', coalesce(c.amount, p.amount) WHERE p.status IN ('failed', 'canceled')
) AS expected
WHERE expected.key = ANY ($1::text[])
   OR NOT EXISTS (SELECT 1 FROM pairings q WHERE q.movement_key = expected.key AND q.ended_run_id IS NULL)
