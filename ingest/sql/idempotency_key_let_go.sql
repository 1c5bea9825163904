-- Leaves a started key to whoever comes next. $1 key, $2 owner, $3 when the completer may look at it, $4 looks without an answer.
UPDATE idempotency_keys SET owner = NULL, look_at = $3, looks = $4 WHERE key = $1 AND owner = $2 AND status = 'started'
