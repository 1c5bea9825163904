-- Failed or parked events that a retry of many would take, locked for the rest of the database transaction, so that what was counted
-- is what is retried. $1 status, $2 type or null, $3 and $4 received in [$3, $4), each may be null.
SELECT id FROM webhook_events
WHERE status = $1 AND status IN ('failed', 'parked')
  AND ($2::text IS NULL OR type = $2)
  AND ($3::timestamptz IS NULL OR received_at >= $3)
  AND ($4::timestamptz IS NULL OR received_at < $4)
ORDER BY id
FOR UPDATE
