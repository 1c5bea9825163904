-- The events of a frozen batch, always the same ones in the same order. $1 batch.
SELECT id, type, occurred_at, recorded_at, body FROM events WHERE batch_id = $1 ORDER BY seq
