-- Freezes up to $2 events that are in no batch yet, in the order of their numbers, into one new batch; 0 rows when there
-- are none. From then on the batch holds exactly these events, so that a repeated insert repeats exactly these rows.
-- A slow writer whose number is lower than a frozen one comes into a later batch: membership is a mark, never a cursor.
-- $1 now, $2 most events. Locks the events taken; those of another relay are skipped.
WITH taken AS (
  SELECT id FROM events WHERE batch_id IS NULL ORDER BY seq LIMIT $2 FOR UPDATE SKIP LOCKED
), batch AS (
  INSERT INTO relay_batches (frozen_at) SELECT $1 WHERE EXISTS (SELECT FROM taken) RETURNING id
), frozen AS (
  UPDATE events SET batch_id = batch.id FROM batch
  WHERE events.id = ANY (ARRAY (SELECT id FROM taken))
  RETURNING events.batch_id
)
SELECT batch_id AS id, count(*)::integer AS events FROM frozen GROUP BY batch_id
