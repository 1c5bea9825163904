-- The newest accepted event, or 0.
SELECT coalesce(max(seq), 0) AS seq FROM webhook_events
