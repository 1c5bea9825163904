-- Says of the live pairings of rows $1 that a person decided ($2 'adjusted') or no longer did ('exception').
UPDATE pairings SET state = $2
WHERE ended_run_id IS NULL AND state IN ('exception', 'adjusted') AND balance_transaction_id = ANY ($1::text[])
