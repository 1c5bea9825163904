-- Forgets at most $2 keys whose answers were kept for their time: finished at $1 or before, and what they were about has come
-- to its end. Skips keys that others look at now.
DELETE FROM idempotency_keys
WHERE key IN (
  SELECT k.key FROM idempotency_keys k
  WHERE k.created_at <= $1 AND k.status = 'finished' AND k.finished_at <= $1
    AND NOT EXISTS (SELECT FROM payments p WHERE p.id = k.object_id AND p.status = 'processing')
    AND NOT EXISTS (SELECT FROM refunds r WHERE r.id = k.object_id AND r.status = 'processing')
  LIMIT $2 FOR UPDATE SKIP LOCKED)
