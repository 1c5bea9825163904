-- Whose the open session $1 is.
SELECT person_id FROM sessions WHERE id = $1 AND ended_at IS NULL
