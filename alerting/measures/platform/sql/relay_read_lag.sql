-- How far the relay to ClickHouse is behind: one row with the number of events that wait, when the oldest of them was recorded,
-- and the newest event that was recorded before $1 (not included): by then it must have arrived.
SELECT waiting.pending, waiting.oldest, sent.id AS sent_id, sent.type AS sent_type, sent.occurred_at AS sent_occurred_at,
       sent.recorded_at AS sent_recorded_at
FROM (
  SELECT count(*)::integer AS pending, min(recorded_at) AS oldest
  FROM (
    SELECT recorded_at FROM events WHERE batch_id IS NULL
    UNION ALL
    SELECT e.recorded_at FROM relay_batches b JOIN events e ON e.batch_id = b.id WHERE b.relayed_at IS NULL
  ) AS unrelayed
) AS waiting
LEFT JOIN LATERAL (
  SELECT id, type, occurred_at, recorded_at FROM events WHERE recorded_at < $1 ORDER BY seq DESC LIMIT 1
) AS sent ON true
