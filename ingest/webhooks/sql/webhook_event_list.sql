-- A page of the inbox, newest first. Null parameters do not filter.
-- $1 status, $2 type, $3 received from, $4 received before, $5 and $6 the last row of the page before (time, id), $7 most rows.
SELECT id, type, object_type, object_id, source, stripe_created, received_at, status, attempts, next_attempt_at, result,
       last_error, failed_at, processed_at
FROM webhook_events
WHERE ($1::text IS NULL OR status = $1)
  AND ($2::text IS NULL OR type = $2)
  AND ($3::timestamptz IS NULL OR received_at >= $3)
  AND ($4::timestamptz IS NULL OR received_at < $4)
  AND ($5::timestamptz IS NULL OR (received_at, id) < ($5, $6::text))
ORDER BY received_at DESC, id DESC
LIMIT $7
