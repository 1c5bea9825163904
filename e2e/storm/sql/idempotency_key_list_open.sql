-- Money calls that are open now: begun, not answered, with a card to charge and a living process at them ($1: advisory lock
-- space of the owners).
SELECT k.path, k.recovery_point, p.id AS payment_id, p.sale_id, p.amount::int AS amount, p.status
FROM idempotency_keys k JOIN payments p ON p.id = k.object_id
WHERE k.status = 'started' AND p.method = 'card' AND EXISTS (
  SELECT 1 FROM pg_locks l
  WHERE l.locktype = 'advisory' AND l.classid = $1 AND l.objid = k.owner::oid AND l.objsubid = 2 AND l.granted)
ORDER BY k.created_at
