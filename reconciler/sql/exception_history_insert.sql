-- Adds what happened to exceptions: their figures then, what changed and who changed it. $1 jsonb array, $2 run or null, $3 at,
-- $4 by whom: run, person or age, $5 token or null, $6 its name or null.
INSERT INTO exception_history (exception_id, version, change, status, expected, actual, difference, at, run_id, by_kind, by_id,
                               by_name, before, after, why)
SELECT id, version, change, status, expected, actual, difference, $3, $2, $4, $5, $6, before, after, why
FROM jsonb_to_recordset($1::jsonb) AS e (
  id text, version integer, change text, status text, expected bigint, actual bigint, difference bigint, before jsonb,
  after jsonb, why text)
