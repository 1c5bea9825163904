-- Names the object that a claimed key is about. $1 key, $2 object.
UPDATE idempotency_keys SET object_id = $2 WHERE key = $1
