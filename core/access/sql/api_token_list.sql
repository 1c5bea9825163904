-- Every token without its digest, newest first.
SELECT id, name, role, till_id, person, created_at, expires_at, revoked_at, last_used_at, scopes, rotated_to
FROM api_tokens ORDER BY created_at DESC, id DESC
