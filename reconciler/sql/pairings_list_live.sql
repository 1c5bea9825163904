-- Live pairings of the rows $1, with the entry that settled them.
SELECT balance_transaction_id, revision, version, state, category, movement_key, counterpart, plan, settlement_entry
FROM pairings
WHERE ended_run_id IS NULL AND balance_transaction_id = ANY ($1::text[])
