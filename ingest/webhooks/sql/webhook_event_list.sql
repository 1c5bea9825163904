-- A page of the inbox, newest first. Null parameters do not filter.
-- $1 statuses, $2 type, $3 received from, $4 received before, $5 and $6 the last row of the page before (time, id), $7 most rows,
-- $8 source, $9 failed from, $10 failed before, $11 only what is stuck: due before it, not applied and not parked.
SELECT id, type, object_type, object_id, source, stripe_created, received_at, status, attempts, next_attempt_at, result,
       last_error, failed_at, processed_at
FROM webhook_events
WHERE ($1::text[] IS NULL OR status = ANY ($1))
  AND ($2::text IS NULL OR type = $2)
  AND ($3::timestamptz IS NULL OR received_at >= $3)
  AND ($4::timestamptz IS NULL OR received_at < $4)
  AND ($5::timestamptz IS NULL OR (received_at, id) < ($5, $6::text))
  AND ($8::text IS NULL OR source = $8)
  AND ($9::timestamptz IS NULL OR failed_at >= $9)
  AND ($10::timestamptz IS NULL OR failed_at < $10)
  AND ($11::timestamptz IS NULL OR (status NOT IN ('processed', 'parked') AND next_attempt_at < $11))
ORDER BY received_at DESC, id DESC
LIMIT $7
