-- Adds a person. $1 id, $2 e-mail or null, $3 name, $4 role, $5 stores or null, $6 password hash, $7 PIN hash, $8 TOTP secret,
-- $9 when that was confirmed, $10 status, $11 now, $12 by whom. Nothing when the e-mail address is taken.
INSERT INTO people (id, email, name, role, stores, password_hash, pin_hash, totp_secret, totp_confirmed_at, status, created_at, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (email) DO NOTHING
