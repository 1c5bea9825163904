-- Keeps the answer of a key for ever as it was sent; 0 rows when somebody else finished it first.
-- $1 key, $2 object or null, $3 status of the answer, $4 its text, $5 now.
UPDATE idempotency_keys
SET status = 'finished', object_id = coalesce($2, object_id), response_status = $3, response_body = $4, finished_at = $5,
    owner = NULL
WHERE key = $1 AND status = 'started'
