-- Uses up the time step $2 of the person $1; no row when it, or a later one, was used before.
UPDATE people SET totp_last_step = $2 WHERE id = $1 AND (totp_last_step IS NULL OR totp_last_step < $2)
