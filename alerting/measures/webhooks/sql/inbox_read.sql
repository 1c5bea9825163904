-- The inbox as its alerts look at it: one row, each part by an index of its own. $1 at (every window ends with it), starts of
-- windows, not included: $2 of failures, $3 of deliveries that may be late, $4 of payments, $5 of the search for the last
-- delivery; $6 and $7 received, or due, before this is unprocessed, or stuck; $8 a delivery that takes longer is late.
SELECT
  (SELECT count(*) FROM webhook_events
   WHERE status IN ('failed', 'parked') AND failed_at > $2 AND failed_at <= $1)::integer AS failed,
  (SELECT count(*) FROM webhook_events WHERE status <> 'processed' AND received_at < $6)::integer AS unprocessed,
  -- What nobody has applied though it is due; a failed event that waits for its next try is not stuck.
  (SELECT count(*) FROM webhook_events
   WHERE status IN ('received', 'processing', 'failed') AND next_attempt_at < $7)::integer AS stuck,
  (SELECT count(*) FROM webhook_events WHERE status = 'parked')::integer AS parked,
  (SELECT received_at FROM webhook_events
   WHERE status <> 'processed' AND status <> 'parked' ORDER BY received_at LIMIT 1) AS oldest_waiting,
  (SELECT received_at FROM webhook_events
   WHERE source = 'webhook' AND received_at > $5 AND received_at <= $1
   ORDER BY received_at DESC, id DESC LIMIT 1) AS last_delivery,
  (SELECT count(*) FROM payments
   WHERE method = 'card' AND status = 'succeeded' AND created_at > $4 AND created_at <= $1)::integer AS succeeded,
  lag.deliveries, lag.late, lag.p95_ms
FROM (
  SELECT count(*)::integer AS deliveries,
         (count(*) FILTER (WHERE received_at - stripe_created > $8::interval))::integer AS late,
         (extract(epoch FROM percentile_disc(0.95) WITHIN GROUP (ORDER BY received_at - stripe_created)) * 1000)::integer AS p95_ms
  FROM webhook_events
  WHERE source = 'webhook' AND received_at > $3 AND received_at <= $1
) AS lag
