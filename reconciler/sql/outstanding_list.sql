-- Movements that were, at the end of some date in [$1, $2], not answered by a row of that date or before: unpaired ones, and
-- pairs whose row came later. A row in another currency clears nothing: its movement stays. What a
-- person adjusted is cleared on the date of his entry, as by a row. Payouts too, and the rows that
-- bring back the money of those that failed or were canceled. $3 the account's zone.
WITH adjusted AS (
  SELECT q.account, q.object, max(e.occurred_at) AS occurred_at, min(e.business_date) AS business_date
  FROM exceptions x
  JOIN journal_entries e ON e.id = x.adjustment_entry
  JOIN postings q ON q.entry_id = e.id AND q.object IS NOT NULL
  GROUP BY q.account, q.object
)
SELECT m.entry_id AS key, m.account, m.stripe_object, m.currency, m.amount, m.occurred_at, c.business_date AS row_date
FROM ledger_movements m
LEFT JOIN pairings p ON p.movement_key = m.entry_id AND p.ended_run_id IS NULL AND p.category IS DISTINCT FROM 'currency_mismatch'
LEFT JOIN balance_transactions b ON b.id = p.balance_transaction_id AND b.version = p.version
LEFT JOIN adjusted a ON a.account = m.account AND a.object = m.stripe_object AND a.occurred_at >= m.occurred_at
CROSS JOIN LATERAL (SELECT coalesce(b.business_date, a.business_date) AS business_date) AS c
WHERE m.stripe_object IS NOT NULL
  AND (m.occurred_at AT TIME ZONE $3)::date <= $2::date
  AND (c.business_date IS NULL OR (c.business_date > $1::date AND c.business_date > (m.occurred_at AT TIME ZONE $3)::date))
UNION ALL
SELECT q.movement_key, q.account, q.stripe_object, q.currency, q.amount, q.occurred_at, b.business_date
FROM payout_movements q
LEFT JOIN pairings p ON p.movement_key = q.movement_key AND p.ended_run_id IS NULL
LEFT JOIN balance_transactions b ON b.id = p.balance_transaction_id AND b.version = p.version
WHERE (q.occurred_at AT TIME ZONE $3)::date <= $2::date
  AND (b.business_date IS NULL OR (b.business_date > $1::date AND b.business_date > (q.occurred_at AT TIME ZONE $3)::date))
