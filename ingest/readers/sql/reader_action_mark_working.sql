-- The reader has it: what came before is our time, what follows is the customer's (architecture §3.1, latency).
-- $1 action, $2 now.
WITH action AS (
  UPDATE reader_actions SET status = 'in_progress' WHERE id = $1 AND status IN ('creating', 'handing') RETURNING payment_id
)
UPDATE payments p
SET latency_ms = coalesce(p.latency_ms, (greatest(0, extract(epoch FROM $2::timestamptz - p.accepted_at)) * 1000)::integer)
FROM action a WHERE p.id = a.payment_id AND p.status = 'processing'
