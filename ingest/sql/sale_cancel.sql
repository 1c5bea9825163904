-- Cancels an open sale that no tender holds anything of; 0 rows otherwise. The caller has locked it.
-- $1 sale, $2 now, $3 statuses that hold an amount.
UPDATE sales SET status = 'canceled', updated_at = $2
WHERE id = $1 AND status = 'open'
  AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.sale_id = $1 AND p.status = ANY ($3))
