-- Messages, newest first: of status $1 and channel $2 when given, after created_at $3 and id $4 of the page before, at most $5.
SELECT id, incident_id, channel, contact, change, status, attempts, created_at, ended_at, next_attempt_at, reason
FROM alert_deliveries
WHERE ($1::text IS NULL OR status = $1)
  AND ($2::text IS NULL OR channel = $2)
  AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::text))
ORDER BY created_at DESC, id DESC
LIMIT $5
