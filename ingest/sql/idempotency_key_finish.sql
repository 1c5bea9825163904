-- Keeps the answer of a key for ever as it was sent; 0 rows when somebody else finished it first.
-- $1 key, $2 status of the answer, $3 its text, $4 now.
UPDATE idempotency_keys
SET status = 'finished', response_status = $2, response_body = $3, finished_at = $4, owner = NULL
WHERE key = $1 AND status = 'started'
