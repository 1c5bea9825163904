-- A row when something was evaluated after $1 and not everything in it failed.
SELECT 1 AS fresh
FROM alert_evaluations e
WHERE e.at > $1
  AND (jsonb_array_length(e.results) = 0
    OR EXISTS (SELECT 1 FROM jsonb_array_elements(e.results) AS r (value) WHERE r.value ->> 'finding' <> 'failed'))
LIMIT 1
