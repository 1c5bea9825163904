-- Everybody, those who left last, by name.
SELECT id, email, name, role, stores, status, totp_confirmed_at IS NOT NULL AS has_mfa
FROM people ORDER BY status = 'removed', name, id
