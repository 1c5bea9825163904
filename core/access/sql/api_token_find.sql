-- The token $1, locked.
SELECT id, name, role, till_id, person, created_at, expires_at, revoked_at, last_used_at, scopes, rotated_to FROM api_tokens WHERE id = $1 FOR UPDATE
