-- The kept answer of a finished key. $1 key.
SELECT response_status, response_body FROM idempotency_keys WHERE key = $1 AND status = 'finished'
