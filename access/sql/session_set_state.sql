-- Puts the open session $1 into state $2, used at $3.
UPDATE sessions SET state = $2, last_seen_at = $3 WHERE id = $1 AND ended_at IS NULL
