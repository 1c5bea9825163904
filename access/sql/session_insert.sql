-- Opens a session. $1 id, $2 person, $3 sha256 of its secret, $4 state, $5 till or null, $6 when a second factor was proved,
-- $7 now, $8 its end, $9 address, $10 browser.
INSERT INTO sessions (id, person_id, secret_sha256, state, till_id, stepped_up_at, created_at, last_seen_at, expires_at, ip, user_agent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10)
