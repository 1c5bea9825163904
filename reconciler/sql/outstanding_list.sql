-- Movements that were, at the end of some date in [$1, $2], not answered by a row of that date or before: unpaired ones, and
-- pairs whose row came later. A row in another currency clears nothing: its movement stays. $3 the account's zone.
SELECT m.entry_id AS key, m.account, m.stripe_object, m.currency, m.amount, m.occurred_at, b.business_date AS row_date
FROM ledger_movements m
LEFT JOIN pairings p ON p.movement_key = m.entry_id AND p.ended_run_id IS NULL AND p.category IS DISTINCT FROM 'currency_mismatch'
LEFT JOIN balance_transactions b ON b.id = p.balance_transaction_id AND b.version = p.version
WHERE m.stripe_object IS NOT NULL
  AND (m.occurred_at AT TIME ZONE $3)::date <= $2::date
  AND (b.business_date IS NULL OR (b.business_date > $1::date AND b.business_date > (m.occurred_at AT TIME ZONE $3)::date))
UNION ALL
SELECT q.key, 'clearing:payout', q.id, q.currency, q.amount, q.stripe_created, b.business_date
FROM (
  SELECT id, id AS key, currency, -amount AS amount, stripe_created FROM payouts
) AS q
LEFT JOIN pairings p ON p.movement_key = q.key AND p.ended_run_id IS NULL
LEFT JOIN balance_transactions b ON b.id = p.balance_transaction_id AND b.version = p.version
WHERE (q.stripe_created AT TIME ZONE $3)::date <= $2::date
  AND (b.business_date IS NULL OR (b.business_date > $1::date AND b.business_date > (q.stripe_created AT TIME ZONE $3)::date))
