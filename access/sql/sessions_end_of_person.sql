-- Ends every open session of the person $1 at $2, by $3, but the session $4 (null: none is kept).
UPDATE sessions SET ended_at = $2, ended_by = $3
WHERE person_id = $1 AND ended_at IS NULL AND ($4::text IS NULL OR id <> $4)
