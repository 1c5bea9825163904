-- How the inbox stands, one row. $1 now, $2 stuck when due before, $3 an hour ago, $4 a day ago.
-- What waits counts whenever it came; what was applied counts for the day. Only deliveries of Stripe's own make freshness.
SELECT
  waiting.received, waiting.processing, waiting.failed, waiting.parked, waiting.stuck, waiting.oldest AS oldest_unprocessed_at,
  day.processed, day.deliveries AS received_day, day.hour AS received_hour, day.lag_p50_ms, day.lag_p95_ms,
  (SELECT received_at FROM webhook_events WHERE source = 'webhook'
   ORDER BY received_at DESC, id DESC LIMIT 1) AS last_received_at,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('type', f.type, 'error', f.last_error, 'status', f.status, 'count', f.count)
                             ORDER BY f.count DESC, f.type, f.last_error), '[]')
   FROM (SELECT type, coalesce(last_error, '') AS last_error, status, count(*) AS count FROM webhook_events
         WHERE status IN ('failed', 'parked') GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2 LIMIT 20) AS f) AS failing
FROM (
  SELECT (count(*) FILTER (WHERE status = 'received'))::integer AS received,
         (count(*) FILTER (WHERE status = 'processing'))::integer AS processing,
         (count(*) FILTER (WHERE status = 'failed'))::integer AS failed,
         (count(*) FILTER (WHERE status = 'parked'))::integer AS parked,
         (count(*) FILTER (WHERE status <> 'parked' AND next_attempt_at < $2))::integer AS stuck,
         min(received_at) AS oldest
  FROM webhook_events
  WHERE status <> 'processed'
) AS waiting, (
  SELECT (count(*) FILTER (WHERE status = 'processed'))::integer AS processed,
         (count(*) FILTER (WHERE source = 'webhook'))::integer AS deliveries,
         (count(*) FILTER (WHERE source = 'webhook' AND received_at >= $3))::integer AS hour,
         (extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY received_at - stripe_created)
                    FILTER (WHERE source = 'webhook' AND received_at >= $3)) * 1000)::integer AS lag_p50_ms,
         (extract(epoch FROM percentile_disc(0.95) WITHIN GROUP (ORDER BY received_at - stripe_created)
                    FILTER (WHERE source = 'webhook' AND received_at >= $3)) * 1000)::integer AS lag_p95_ms
  FROM webhook_events
  WHERE received_at >= $4 AND received_at <= $1
) AS day
