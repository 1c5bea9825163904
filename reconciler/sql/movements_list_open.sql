-- Movements of the ledger that no live row answers, and those with a key in $1, oldest first.
SELECT m.entry_id, m.account, m.stripe_object, m.currency, m.amount, m.occurred_at, m.business_date, m.payment_id, m.sale_id
FROM ledger_movements m
WHERE m.stripe_object IS NOT NULL
  AND (m.entry_id = ANY ($1::text[])
       OR NOT EXISTS (SELECT 1 FROM pairings p WHERE p.movement_key = m.entry_id AND p.ended_run_id IS NULL))
ORDER BY m.occurred_at, m.entry_id
