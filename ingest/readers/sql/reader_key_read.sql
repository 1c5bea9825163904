-- Whose eyes the answer of a key that is still open is for. $1 key.
SELECT role FROM idempotency_keys WHERE key = $1 AND status = 'started'
