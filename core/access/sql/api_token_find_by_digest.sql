-- The token with this id and digest, whatever its state. $1 id, $2 sha256 of the secret.
SELECT id, name, role, till_id, expires_at, revoked_at, last_used_at, scopes
FROM api_tokens WHERE secret_sha256 = $2 AND id = $1
