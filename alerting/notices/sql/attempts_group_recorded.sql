-- As attempts_group_bad.sql, from the events as they were recorded: for when ClickHouse does not answer. $1 from (not
-- included), $2 to (included), $3 store, $4 method, $5 decline code (empty: all), $6 failure classes (none: all), $7 slow from,
-- 0 for failed ones.
SELECT body ->> 'store_id' AS store_id, body ->> 'till_id' AS till_id, body ->> 'failure_class' AS failure_class,
       body ->> 'decline_code' AS decline_code, count(*)::integer AS attempts
FROM events
WHERE type = 'payment.attempted' AND occurred_at > $1 AND occurred_at <= $2
  AND body ->> 'outcome' IN ('succeeded', 'failed')
  AND CASE WHEN $7::integer = 0 THEN body ->> 'outcome' = 'failed'
           ELSE coalesce((body ->> 'latency_ms')::integer, 0) > $7 END
  AND ($3 = '' OR body ->> 'store_id' = $3)
  AND ($4 = '' OR body ->> 'method' = $4)
  AND ($5 = '' OR body ->> 'decline_code' = $5)
  AND (cardinality($6::text[]) = 0 OR body ->> 'failure_class' = ANY ($6))
GROUP BY 1, 2, 3, 4
ORDER BY attempts DESC, 1, 2, 3, 4
LIMIT 5000
