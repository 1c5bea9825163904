-- What a till took and gave back since an instant, by method and currency: payments by when they were accepted, refunds by when
-- they were asked for. What has no outcome yet, and what failed, is counted apart and never summed. $1 till, $2 from.
SELECT coalesce(taken.method, given.method) AS method, coalesce(taken.currency, given.currency) AS currency,
  coalesce(taken.count, 0)::integer AS count, coalesce(taken.amount, 0)::bigint AS amount,
  coalesce(taken.open, 0)::integer AS open, coalesce(taken.failed, 0)::integer AS failed,
  coalesce(given.count, 0)::integer AS refund_count, coalesce(given.amount, 0)::bigint AS refund_amount
FROM (
  SELECT method, currency, count(*) FILTER (WHERE status = 'succeeded') AS count,
    sum(amount_captured) FILTER (WHERE status = 'succeeded') AS amount,
    count(*) FILTER (WHERE status NOT IN ('succeeded', 'payment_failed', 'canceled')) AS open,
    count(*) FILTER (WHERE status = 'payment_failed') AS failed
  FROM payments WHERE till_id = $1 AND created_at >= $2 GROUP BY method, currency
) AS taken
FULL JOIN (
  SELECT r.method, r.currency, count(*) AS count, sum(r.amount) AS amount
  FROM refunds r JOIN payments p ON p.id = r.payment_id
  WHERE p.till_id = $1 AND r.created_at >= $2 AND r.status NOT IN ('failed', 'canceled')
  GROUP BY r.method, r.currency
) AS given ON given.method = taken.method AND given.currency = taken.currency
ORDER BY 2, 1
