-- As attempts_select_summary.sql, by store: a row for each store in which there was an attempt. Parameters as there.
SELECT
    store_id,
    countIf(outcome = 'succeeded') AS succeeded,
    countIf(outcome IN ('succeeded', 'failed')) AS attempted
FROM payment_events_raw_v1 FINAL
WHERE type = 'payment.attempted'
  AND method = 'card'
  AND outcome IN ('succeeded', 'failed')
  AND occurred_at >= {from:DateTime64(3, 'UTC')}
  AND occurred_at < {to:DateTime64(3, 'UTC')}
  AND ({store:String} = '' OR store_id = {store:String})
GROUP BY store_id
ORDER BY store_id
