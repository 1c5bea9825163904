-- Takes over started keys that nobody is at any more and that are due at $5, oldest first, skipping those that others look at now; those of readers
-- have a sweep of their own.
-- $1 owner, $2 advisory lock space of owners, $3 how many at most, $4 keys that the owner is at or was at. Locks the rows.
UPDATE idempotency_keys SET owner = $1
WHERE key IN (
  SELECT k.key FROM idempotency_keys k
  WHERE k.status = 'started' AND k.recovery_point <> 'use_reader' AND NOT k.key = ANY ($4::text[]) AND k.look_at <= $5 AND (
    k.owner IS NULL OR k.owner = $1 OR NOT EXISTS (
      SELECT 1 FROM pg_locks l
      WHERE l.locktype = 'advisory' AND l.classid = $2 AND l.objid = k.owner::oid AND l.objsubid = 2 AND l.granted
        AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())))
  ORDER BY k.created_at LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING key, recovery_point, object_id, trace_id, created_at, role, request_body, looks
