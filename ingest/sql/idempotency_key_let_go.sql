-- Leaves a started key to whoever comes next. $1 key, $2 owner.
UPDATE idempotency_keys SET owner = NULL WHERE key = $1 AND owner = $2 AND status = 'started'
