-- How many webhook events are tried again by the business instant $1.
SELECT count(*)::integer AS count FROM webhook_events WHERE status = 'failed' AND next_attempt_at <= $1
