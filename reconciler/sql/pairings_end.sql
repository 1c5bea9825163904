-- Ends the live pairings of the rows $1. $2 run.
UPDATE pairings SET ended_run_id = $2 WHERE ended_run_id IS NULL AND balance_transaction_id = ANY ($1::text[])
