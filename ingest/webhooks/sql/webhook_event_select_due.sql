-- Events that are due at $1, oldest first, at most $2. Takes no lock: who applies an event locks it first.
SELECT id, type, object_type, object_id, source, payload, stripe_created, received_at, attempts, postponed
FROM webhook_events
WHERE status IN ('received', 'processing', 'failed') AND next_attempt_at <= $1
ORDER BY seq
LIMIT $2
