-- The invited person $1 has chosen a password: its hash is $2.
UPDATE people SET password_hash = $2, status = 'active', version = version + 1 WHERE id = $1 AND status <> 'removed'
