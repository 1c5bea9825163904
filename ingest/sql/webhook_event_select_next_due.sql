-- When the next failed event is tried again, after $1; null when none is.
SELECT min(next_attempt_at) AS due FROM webhook_events WHERE status = 'failed' AND next_attempt_at > $1
