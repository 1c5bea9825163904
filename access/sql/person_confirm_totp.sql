-- Confirms the person $1's second factor at $2.
UPDATE people SET totp_confirmed_at = $2, version = version + 1 WHERE id = $1
