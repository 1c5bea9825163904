-- As attempts_select_summary.sql, in steps: a row for each step in which there was an attempt, oldest first; the steps together
-- are the window's summary. {from_ms:Int64} is the window's beginning, {step_ms:Int64} the length of a step; the rest as there.
SELECT
    intDiv(toUnixTimestamp64Milli(occurred_at) - {from_ms:Int64}, {step_ms:Int64}) AS step,
    countIf(outcome = 'succeeded') AS succeeded,
    countIf(outcome IN ('succeeded', 'failed')) AS attempted,
    countIf(outcome = 'failed' AND failure_class IN {system_classes:Array(String)}) AS system_failed,
    countIf(latency_ms IS NOT NULL) AS timed,
    sum(ifNull(toUInt64(latency_ms), 0)) AS latency_sum_ms,
    quantileExactIf(0.5)(assumeNotNull(latency_ms), latency_ms IS NOT NULL) AS latency_p50_ms,
    quantileExactIf(0.95)(assumeNotNull(latency_ms), latency_ms IS NOT NULL) AS latency_p95_ms,
    quantileExactIf(0.99)(assumeNotNull(latency_ms), latency_ms IS NOT NULL) AS latency_p99_ms
FROM payment_events_raw_v1 FINAL
WHERE type = 'payment.attempted'
  AND method = 'card'
  AND outcome IN ('succeeded', 'failed')
  AND occurred_at >= {from:DateTime64(3, 'UTC')}
  AND occurred_at < {to:DateTime64(3, 'UTC')}
  AND ({store:String} = '' OR store_id = {store:String})
GROUP BY step
ORDER BY step
