-- The status of webhook event $1.
SELECT status FROM webhook_events WHERE id = $1
