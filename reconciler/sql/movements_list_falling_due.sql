-- Objects of the movements of the accounts $1 that occurred in ($2, $3] (same length), that no row answers and that no look
-- has dealt with.
SELECT DISTINCT m.stripe_object AS object
FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS due (account, after, until)
JOIN ledger_movements m ON m.account = due.account AND m.occurred_at > due.after AND m.occurred_at <= due.until
WHERE m.stripe_object IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM pairings p WHERE p.movement_key = m.entry_id AND p.ended_run_id IS NULL)
  AND NOT EXISTS (SELECT 1 FROM reconciliation_look_objects o WHERE o.source = m.stripe_object OR o.id = m.stripe_object)
