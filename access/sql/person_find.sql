-- The person $1, whatever their state.
SELECT id, email, name, role, stores, password_hash, pin_hash, totp_secret, totp_last_step, totp_confirmed_at, status, version
FROM people WHERE id = $1
