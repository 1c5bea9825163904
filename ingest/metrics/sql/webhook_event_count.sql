-- The inbox as the runbook's section 4 looks at it: one row. $1 from, $2 to (not included), $3 stuck when due before.
-- Deliveries of the window by Stripe itself; what waits, whenever it came; and what is failing since within the window.
SELECT
  (SELECT count(*) FROM webhook_events
   WHERE source = 'webhook' AND received_at >= $1 AND received_at < $2)::integer AS received,
  (SELECT count(*) FROM webhook_events
   WHERE source = 'webhook' AND received_at >= $1 AND received_at < $2 AND status = 'processed')::integer AS processed,
  waiting.unprocessed, waiting.processing, waiting.stuck, waiting.oldest,
  (SELECT count(*) FROM webhook_events
   WHERE status IN ('failed', 'parked') AND failed_at >= $1 AND failed_at < $2)::integer AS failed,
  (SELECT received_at FROM webhook_events WHERE source = 'webhook'
   ORDER BY received_at DESC, id DESC LIMIT 1) AS last_received_at
FROM (
  SELECT count(*)::integer AS unprocessed,
         (count(*) FILTER (WHERE status = 'processing'))::integer AS processing,
         (count(*) FILTER (WHERE status <> 'parked' AND next_attempt_at < $3))::integer AS stuck,
         min(received_at) AS oldest
  FROM webhook_events
  WHERE status <> 'processed'
) AS waiting
