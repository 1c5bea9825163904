-- Movements that claim an object which another movement of the same account and direction claims too, whatever their currencies, of
-- the objects $1, with
-- whether a live row answers each.
SELECT m.entry_id, m.account, m.stripe_object, m.currency, m.amount, m.occurred_at,
       EXISTS (SELECT 1 FROM pairings p WHERE p.movement_key = m.entry_id AND p.ended_run_id IS NULL) AS answered
FROM (
  SELECT l.*, count(*) OVER (PARTITION BY l.account, l.stripe_object, l.amount < 0) AS claims
  FROM ledger_movements l
  WHERE l.stripe_object = ANY ($1::text[])
) AS m
WHERE m.claims > 1
