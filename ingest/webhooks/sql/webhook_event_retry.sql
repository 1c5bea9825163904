-- Makes a failed or parked event due at once with all its tries; 0 rows when it is in no such state. $1 id, $2 now.
UPDATE webhook_events
SET status = 'received', attempts = 0, postponed = 0, next_attempt_at = $2
WHERE id = $1 AND status IN ('failed', 'parked')
