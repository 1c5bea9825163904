-- Card attempts before an hour ago, of seven days, by decline code, and what three days and six hours count: for rules that look
-- back so far that nothing of it changes within minutes. Windows and FINAL as in attempts_count_windows.sql.
-- {at}, {h1}, {h6}, {d3}, {week}: DateTime64(3, 'UTC'); {week} is seven days before {h1}; {system:Array(String)}.
SELECT
    decline_code,
    toUInt32(countIf(occurred_at <= {h1:DateTime64(3, 'UTC')})) AS week_attempts,
    toUInt32(countIf(occurred_at > {d3:DateTime64(3, 'UTC')})) AS d3_attempts,
    toUInt32(countIf(occurred_at > {d3:DateTime64(3, 'UTC')} AND is_system)) AS d3_system,
    toUInt32(countIf(occurred_at > {h6:DateTime64(3, 'UTC')})) AS h6_attempts,
    toUInt32(countIf(occurred_at > {h6:DateTime64(3, 'UTC')} AND is_system)) AS h6_system
FROM
(
    SELECT decline_code, occurred_at,
           outcome = 'failed' AND has({system:Array(String)}, failure_class) AS is_system
    FROM payment_events_raw_v1 FINAL
    WHERE type = 'payment.attempted'
      AND occurred_at > {week:DateTime64(3, 'UTC')}
      AND occurred_at <= {at:DateTime64(3, 'UTC')}
      AND outcome IN ('succeeded', 'failed')
)
GROUP BY decline_code
SETTINGS do_not_merge_across_partitions_select_final = 1
