-- Makes failed or parked events due at once with all their tries. $1 status, $2 type or null, $3 and $4 received in [$3, $4),
-- each may be null, $5 now.
UPDATE webhook_events
SET status = 'received', attempts = 0, postponed = 0, next_attempt_at = $5
WHERE status = $1 AND status IN ('failed', 'parked')
  AND ($2::text IS NULL OR type = $2)
  AND ($3::timestamptz IS NULL OR received_at >= $3)
  AND ($4::timestamptz IS NULL OR received_at < $4)
