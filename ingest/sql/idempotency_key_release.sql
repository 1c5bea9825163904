-- Forgets a key whose work was not done at all. $1 key.
DELETE FROM idempotency_keys WHERE key = $1 AND status = 'started'
