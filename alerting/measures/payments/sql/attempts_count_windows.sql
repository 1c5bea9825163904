-- Card attempts of the last six hours by store, method and decline code, counted for every window that a rule looks at, in one
-- scan. A window of length w is (at - w, at]: what is exactly w old is out. FINAL, since the relay may have sent a batch twice;
-- the sorting key begins with type and occurred_at, so only these hours are read. Partitions never share a key.
-- {at}, {m5}, {m10}, {m30}, {h1}, {h6}: DateTime64(3, 'UTC'); {system:Array(String)} failure classes that are the system's own;
-- {line_ms:UInt32}, {target_ms:UInt32}: latency lines; longer than the line counts, the line itself does not.
SELECT
    store_id, method, decline_code,
    toUInt32(countIf(occurred_at > {m5:DateTime64(3, 'UTC')})) AS m5_attempts,
    toUInt32(countIf(occurred_at > {m5:DateTime64(3, 'UTC')} AND is_system)) AS m5_system,
    toUInt32(countIf(occurred_at > {m30:DateTime64(3, 'UTC')})) AS m30_attempts,
    toUInt32(countIf(occurred_at > {m30:DateTime64(3, 'UTC')} AND is_system)) AS m30_system,
    toUInt32(countIf(occurred_at > {h1:DateTime64(3, 'UTC')})) AS h1_attempts,
    toUInt32(countIf(occurred_at > {h1:DateTime64(3, 'UTC')} AND outcome = 'failed')) AS h1_failures,
    toUInt32(countIf(occurred_at > {h1:DateTime64(3, 'UTC')} AND is_system)) AS h1_system,
    toUInt32(count()) AS h6_attempts,
    toUInt32(countIf(is_system)) AS h6_system,
    toUInt32(countIf(occurred_at > {m10:DateTime64(3, 'UTC')} AND latency_ms IS NOT NULL)) AS m10_timed,
    toUInt32(countIf(occurred_at > {m10:DateTime64(3, 'UTC')} AND took_ms > {line_ms:UInt32})) AS m10_over_line,
    toUInt32(countIf(occurred_at > {h1:DateTime64(3, 'UTC')} AND latency_ms IS NOT NULL)) AS h1_timed,
    toUInt32(countIf(occurred_at > {h1:DateTime64(3, 'UTC')} AND took_ms > {line_ms:UInt32})) AS h1_over_line,
    toUInt32(countIf(occurred_at > {h1:DateTime64(3, 'UTC')} AND took_ms > {target_ms:UInt32})) AS h1_over_target,
    toFloat64(sumIf(took_ms, occurred_at > {h1:DateTime64(3, 'UTC')})) AS h1_latency_ms
FROM
(
    SELECT store_id, method, decline_code, outcome, occurred_at, latency_ms,
           toUInt64(ifNull(latency_ms, 0)) AS took_ms,
           outcome = 'failed' AND has({system:Array(String)}, failure_class) AS is_system
    FROM payment_events_raw_v1 FINAL
    WHERE type = 'payment.attempted'
      AND occurred_at > {h6:DateTime64(3, 'UTC')}
      AND occurred_at <= {at:DateTime64(3, 'UTC')}
      AND outcome IN ('succeeded', 'failed')
)
GROUP BY store_id, method, decline_code
SETTINGS do_not_merge_across_partitions_select_final = 1
