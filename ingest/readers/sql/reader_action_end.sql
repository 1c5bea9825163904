-- Ends an open action; no row when it has ended before. $1 action, $2 status, $3 failure code, $4 its message, $5 now.
UPDATE reader_actions SET status = $2, failure_code = $3, failure_message = $4, ended_at = $5, look_at = NULL
WHERE id = $1 AND ended_at IS NULL
