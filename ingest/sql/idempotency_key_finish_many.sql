-- Keeps the answers of keys for ever as they were sent; answers the keys that nobody else had finished. Each key's payment is
-- locked by the caller, so two writers never wait for each other in a circle.
-- $1 JSON array of {key, status, body}, each key once, $2 now, $3 the keys.
UPDATE idempotency_keys k
SET status = 'finished', response_status = a.status, response_body = a.body, finished_at = $2, owner = NULL
FROM json_to_recordset($1::json) AS a (key text, status integer, body text)
WHERE k.key = ANY ($3::text[]) AND k.key = a.key AND k.status = 'started'
RETURNING k.key
