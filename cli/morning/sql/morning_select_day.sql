-- What came of a business date, as JSON of whole numbers in minor units. $1 when it began, $2 when it ended (not included).
WITH of_day AS (
  SELECT status, method, currency, amount, amount_captured FROM payments WHERE created_at >= $1 AND created_at < $2
)
SELECT (SELECT coalesce(jsonb_agg(t ORDER BY t.currency, t.method), '[]') FROM (
          SELECT currency, method, count(*)::integer AS count, sum(amount_captured)::bigint AS amount
          FROM of_day WHERE status = 'succeeded' GROUP BY currency, method) t) AS takings,
       (SELECT coalesce(jsonb_agg(t ORDER BY t.currency), '[]') FROM (
          SELECT currency, count(*)::integer AS count, sum(amount)::bigint AS amount
          FROM refunds WHERE created_at >= $1 AND created_at < $2 AND status NOT IN ('failed', 'canceled') GROUP BY currency) t) AS refunds,
       (SELECT coalesce(jsonb_agg(t ORDER BY t.status), '[]') FROM (
          SELECT status, count(*)::integer AS count FROM of_day GROUP BY status) t) AS payments,
       (SELECT coalesce(jsonb_agg(t ORDER BY t.status), '[]') FROM (
          SELECT status, count(*)::integer AS count FROM webhook_events
          WHERE received_at >= $1 AND received_at < $2 GROUP BY status) t) AS webhooks
