-- How many webhook events are still tried again.
SELECT count(*)::integer AS count FROM webhook_events WHERE status = 'failed'
