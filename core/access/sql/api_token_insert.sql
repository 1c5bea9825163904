-- Adds a token; only the digest of its secret is kept.
-- $1 id, $2 name, $3 role, $4 till or null, $5 sha256 of the secret, $6 created at, $7 expires at or null, $8 person or null,
-- $9 scopes or null.
INSERT INTO api_tokens (id, name, role, till_id, secret_sha256, created_at, expires_at, person, scopes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
