-- How many events ClickHouse does not have yet, and since when the oldest of them waits.
SELECT count(*)::integer AS pending, min(recorded_at) AS oldest
FROM (
  SELECT recorded_at FROM events WHERE batch_id IS NULL
  UNION ALL
  SELECT events.recorded_at FROM relay_batches JOIN events ON events.batch_id = relay_batches.id
  WHERE relay_batches.relayed_at IS NULL
) AS unrelayed
