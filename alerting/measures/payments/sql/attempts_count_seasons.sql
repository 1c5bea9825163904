-- Card attempts of the same quarter of an hour in four former weeks: windows (end - 15 min, end] for the ends {e1} (a week ago)
-- to {e4}, and when the first attempt of all was. FINAL as in attempts_count_windows.sql; ranges on the sorting key.
-- {e1}..{e4}: DateTime64(3, 'UTC').
SELECT
    toUInt32(countIf(occurred_at > {e1:DateTime64(3, 'UTC')} - INTERVAL 15 MINUTE AND occurred_at <= {e1:DateTime64(3, 'UTC')})) AS week_1,
    toUInt32(countIf(occurred_at > {e2:DateTime64(3, 'UTC')} - INTERVAL 15 MINUTE AND occurred_at <= {e2:DateTime64(3, 'UTC')})) AS week_2,
    toUInt32(countIf(occurred_at > {e3:DateTime64(3, 'UTC')} - INTERVAL 15 MINUTE AND occurred_at <= {e3:DateTime64(3, 'UTC')})) AS week_3,
    toUInt32(countIf(occurred_at > {e4:DateTime64(3, 'UTC')} - INTERVAL 15 MINUTE AND occurred_at <= {e4:DateTime64(3, 'UTC')})) AS week_4,
    (SELECT toUnixTimestamp64Milli(occurred_at) FROM payment_events_raw_v1
     WHERE type = 'payment.attempted' ORDER BY type, occurred_at LIMIT 1) AS first_ms
FROM payment_events_raw_v1 FINAL
WHERE type = 'payment.attempted'
  AND outcome IN ('succeeded', 'failed')
  AND ((occurred_at > {e1:DateTime64(3, 'UTC')} - INTERVAL 15 MINUTE AND occurred_at <= {e1:DateTime64(3, 'UTC')})
    OR (occurred_at > {e2:DateTime64(3, 'UTC')} - INTERVAL 15 MINUTE AND occurred_at <= {e2:DateTime64(3, 'UTC')})
    OR (occurred_at > {e3:DateTime64(3, 'UTC')} - INTERVAL 15 MINUTE AND occurred_at <= {e3:DateTime64(3, 'UTC')})
    OR (occurred_at > {e4:DateTime64(3, 'UTC')} - INTERVAL 15 MINUTE AND occurred_at <= {e4:DateTime64(3, 'UTC')}))
SETTINGS do_not_merge_across_partitions_select_final = 1
