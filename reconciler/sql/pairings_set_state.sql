-- Restates live pairings whose money stays as it is. $1 jsonb array of {id, state, category}.
UPDATE pairings p SET state = s.state, category = s.category
FROM jsonb_to_recordset($1::jsonb) AS s (id text, state text, category text)
WHERE p.ended_run_id IS NULL AND p.balance_transaction_id = s.id
