-- One event of the inbox with its payload. $1 id.
SELECT id, type, object_type, object_id, source, stripe_created, received_at, status, attempts, next_attempt_at, result,
       last_error, failed_at, processed_at, payload
FROM webhook_events
WHERE id = $1
