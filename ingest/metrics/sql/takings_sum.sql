-- What was taken and given back in [$1, $2), by method and currency, never added across currencies. Amounts as text.
SELECT taken.method, taken.currency, sum(taken.taken)::text AS taken, sum(taken.refunded)::text AS refunded,
       sum(taken.payments)::integer AS payments, sum(taken.refunds)::integer AS refunds
FROM (
  SELECT method, currency, amount_captured AS taken, 0::bigint AS refunded, 1 AS payments, 0 AS refunds
  FROM payments WHERE created_at >= $1 AND created_at < $2 AND amount_captured > 0
  UNION ALL
  SELECT method, currency, 0, amount, 0, 1
  FROM refunds WHERE created_at >= $1 AND created_at < $2 AND status IN ('succeeded', 'pending')
) AS taken
GROUP BY taken.method, taken.currency
ORDER BY taken.currency, taken.method
