-- Adds live pairings. $1 jsonb array, $2 run.
INSERT INTO pairings (balance_transaction_id, revision, version, state, category, movement_key, movement_entry, counterpart,
                      plan, settlement_entry, run_id)
SELECT balance_transaction_id, revision, version, state, category, movement_key, movement_entry, counterpart, plan,
       settlement_entry, $2
FROM jsonb_to_recordset($1::jsonb) AS p (
  balance_transaction_id text, revision integer, version integer, state text, category text, movement_key text,
  movement_entry text, counterpart text, plan text, settlement_entry text)
