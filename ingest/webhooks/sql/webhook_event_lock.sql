-- Takes events for the rest of the database transaction: those of $1 that nobody has applied and nobody is applying.
-- The lock is the claim: when the worker dies its session ends, and the events are free again at once.
SELECT id FROM webhook_events
WHERE id = ANY ($1) AND status IN ('received', 'processing', 'failed')
ORDER BY seq
FOR UPDATE SKIP LOCKED
