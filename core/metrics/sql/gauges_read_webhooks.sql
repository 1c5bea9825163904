-- The inbox at $1: one row. $2: due before it is stuck.
SELECT
  (SELECT count(*) FROM webhook_events WHERE status <> 'processed' AND status <> 'parked')::integer AS unprocessed,
  (SELECT min(received_at) FROM webhook_events WHERE status <> 'processed' AND status <> 'parked') AS oldest,
  (SELECT count(*) FROM webhook_events
   WHERE status IN ('received', 'processing', 'failed') AND next_attempt_at < $2)::integer AS stuck,
  (SELECT count(*) FROM webhook_events WHERE status = 'parked')::integer AS dead,
  (SELECT received_at FROM webhook_events WHERE source = 'webhook' AND received_at <= $1
   ORDER BY received_at DESC, id DESC LIMIT 1) AS last_received
