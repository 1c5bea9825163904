-- Forgets key $1 when its answer was kept for its time: finished at $2 or before, and what it was about has come to its end.
-- 0 rows when it has not.
DELETE FROM idempotency_keys k
WHERE k.key = $1 AND k.status = 'finished' AND k.finished_at <= $2
  AND NOT EXISTS (SELECT FROM payments p WHERE p.id = k.object_id AND p.status = 'processing')
  AND NOT EXISTS (SELECT FROM refunds r WHERE r.id = k.object_id AND r.status = 'processing')
