-- Success rate and latency of the card attempts of a window [from, to): one row, always (runbook section 4).
-- {from:DateTime64(3, 'UTC')}, {to:DateTime64(3, 'UTC')}, {store:String} empty for the whole shop. FINAL, since the relay may have sent a batch twice.
-- An attempt that the customer or cashier called off (canceled) is neither a success nor a failure.
-- Quantiles are exact elements of the sample, the next higher one where the rank falls between two.
SELECT
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
