-- Accepted events up to $1 that are not applied though they could be at $2.
SELECT count(*)::integer AS open FROM webhook_events
WHERE status IN ('received', 'processing', 'failed') AND seq <= $1 AND (status <> 'failed' OR next_attempt_at <= $2)
