-- Gives the person $1 the TOTP secret $2, not confirmed yet.
UPDATE people SET totp_secret = $2, totp_confirmed_at = NULL, totp_last_step = NULL WHERE id = $1
