-- Notes a failed try, unless another worker has applied the event or noted a try meanwhile.
-- $1 id, $2 tries before, $3 status failed or parked, $4 next attempt at, $5 stable code of the error, $6 now.
UPDATE webhook_events
SET status = $3, attempts = $2 + 1, next_attempt_at = $4, last_error = $5, failed_at = $6
WHERE id = $1 AND attempts = $2 AND status IN ('received', 'processing', 'failed')
