-- Open sessions of the person $1 that are not too old at $2, newest first.
SELECT id, state, till_id, created_at, last_seen_at, expires_at, ip, user_agent
FROM sessions WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY created_at DESC, id DESC
