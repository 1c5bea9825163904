-- Ends every open session at the till $1 at $2, by $3.
UPDATE sessions SET ended_at = $2, ended_by = $3 WHERE till_id = $1 AND ended_at IS NULL
