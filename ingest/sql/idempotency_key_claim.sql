-- Claims a key in one statement: adds it, or takes over one that was begun and that nobody is at any more, or shows how it
-- stands (`won` false). No row at all: another call is adding it at this moment.
-- $1 key, $2 fingerprint, $3 method, $4 path, $5 recovery point, $6 trace, $7 now, $8 owner, $9 role, $10 token,
-- $11 body, $12 advisory lock space of owners, $13 the owner is not at it (lost it to an outage), $14 object. Locks the key's row until the end of the database transaction.
WITH claimed AS (
  INSERT INTO idempotency_keys AS k (key, fingerprint, method, path, status, recovery_point, trace_id, created_at, owner,
                                     role, token_id, request_body, object_id, look_at)
  VALUES ($1, $2, $3, $4, 'started', $5, $6, $7, $8, $9, $10, $11, $14, $7)
  -- Should this one die too, the completer looks at once.
  ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, look_at = excluded.look_at
  WHERE k.status = 'started' AND k.fingerprint = excluded.fingerprint AND (
    k.owner IS NULL OR (k.owner = $8 AND $13::boolean) OR NOT EXISTS (
      SELECT 1 FROM pg_locks l
      WHERE l.locktype = 'advisory' AND l.classid = $12 AND l.objid = k.owner::oid AND l.objsubid = 2 AND l.granted
        AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())))
  -- A row that was there before has been locked by this statement, a new one has not.
  RETURNING k.*, k.xmax <> 0 AS begun
)
SELECT key, fingerprint, status, recovery_point, object_id, response_status, response_body, trace_id, created_at, role,
       request_body, looks, finished_at, true AS won, begun FROM claimed
UNION ALL
SELECT key, fingerprint, status, recovery_point, object_id, response_status, response_body, trace_id, created_at, role,
       request_body, looks, finished_at, false, true FROM idempotency_keys WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM claimed)
