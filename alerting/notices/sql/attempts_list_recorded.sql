-- As attempts_list_bad.sql, from the events as they were recorded. $1 from (not included), $2 to (included), $3 store,
-- $4 method, $5 decline code (empty: all), $6 slow from, 0 for failed ones; $7: payments made before are not looked at; $8 limit.
SELECT * FROM (
  SELECT DISTINCT ON (p.id) p.id AS payment_id, p.sale_id, e.body ->> 'store_id' AS store_id, e.body ->> 'till_id' AS till_id,
         e.body ->> 'currency' AS currency, e.body ->> 'amount_minor' AS amount, e.body ->> 'failure_class' AS failure_class,
         e.body ->> 'decline_code' AS decline_code, coalesce((e.body ->> 'latency_ms')::integer, 0) AS latency_ms,
         (extract(epoch FROM e.occurred_at) * 1000)::bigint AS at_ms
  FROM payments p JOIN events e ON e.payment_id = p.id
  WHERE p.created_at > $7 AND p.created_at <= $2
    AND e.type = 'payment.attempted' AND e.occurred_at > $1 AND e.occurred_at <= $2
    AND e.body ->> 'outcome' IN ('succeeded', 'failed')
    AND CASE WHEN $6::integer = 0 THEN e.body ->> 'outcome' = 'failed'
             ELSE coalesce((e.body ->> 'latency_ms')::integer, 0) > $6 END
    AND ($3 = '' OR e.body ->> 'store_id' = $3)
    AND ($4 = '' OR e.body ->> 'method' = $4)
    AND ($5 = '' OR e.body ->> 'decline_code' = $5)
  ORDER BY p.id, e.occurred_at DESC, e.seq DESC
) AS newest
ORDER BY at_ms DESC, payment_id
LIMIT $8
