-- Forgets a key whose work was not done at all and that nobody is at. $1 key, $2 advisory lock space of owners.
DELETE FROM idempotency_keys k
WHERE k.key = $1 AND k.status = 'started' AND (
  k.owner IS NULL OR NOT EXISTS (
    SELECT 1 FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.classid = $2 AND l.objid = k.owner::oid AND l.objsubid = 2 AND l.granted
      AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())))
