-- As attempts_group_bad.sql, from the events as they were recorded: for when ClickHouse does not answer. $1 from (not
-- included), $2 to (included), $3 store, $4 method, $5 decline code (empty: all), $6 slow from, 0 for failed ones. $7: payments
-- made before are not looked at.
SELECT e.body ->> 'store_id' AS store_id, e.body ->> 'till_id' AS till_id, e.body ->> 'failure_class' AS failure_class,
       e.body ->> 'decline_code' AS decline_code, count(*)::integer AS attempts
FROM payments p JOIN events e ON e.payment_id = p.id
WHERE p.created_at > $7 AND p.created_at <= $2
  AND e.type = 'payment.attempted' AND e.occurred_at > $1 AND e.occurred_at <= $2
  AND e.body ->> 'outcome' IN ('succeeded', 'failed')
  AND CASE WHEN $6::integer = 0 THEN e.body ->> 'outcome' = 'failed'
           ELSE coalesce((e.body ->> 'latency_ms')::integer, 0) > $6 END
  AND ($3 = '' OR e.body ->> 'store_id' = $3)
  AND ($4 = '' OR e.body ->> 'method' = $4)
  AND ($5 = '' OR e.body ->> 'decline_code' = $5)
GROUP BY 1, 2, 3, 4
ORDER BY attempts DESC, 1, 2, 3, 4
LIMIT 5000
