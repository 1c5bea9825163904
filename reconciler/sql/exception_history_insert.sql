-- Adds what happened to exceptions. $1 jsonb array, $2 run, $3 at.
INSERT INTO exception_history (exception_id, version, change, expected, actual, difference, at, run_id)
SELECT id, version, change, expected, actual, difference, $3, $2
FROM jsonb_to_recordset($1::jsonb) AS e (
  id text, version integer, change text, expected bigint, actual bigint, difference bigint)
