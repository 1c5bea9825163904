-- Takes away the second factor and the password of the person $1; an invitation leads back in.
UPDATE people SET password_hash = NULL, totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL, version = version + 1
WHERE id = $1 AND status <> 'removed'
