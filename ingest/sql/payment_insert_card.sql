-- Adds a card tender to an open sale whose row the caller has locked, of $5 or of all that no other tender holds; no row
-- when that is more than there is. A payment that took its money holds what it took: the rest of a partial capture is free again.
-- $1 id, $2 sale, $3 statuses that hold an amount, $4 capture method, $5 amount or null, $6 customer, $7 cashier,
-- $8 external ref, $9 metadata, $10 trace, $11 now.
INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, status, capture_method, customer_ref,
                      cashier_ref, external_ref, metadata, trace_id, accepted_at, created_at, updated_at)
SELECT $1, s.id, s.till_id, s.store_id, 'card', s.currency, coalesce($5::bigint, due.amount), 'processing', $4,
       coalesce($6, s.customer_ref), coalesce($7, s.cashier_ref), $8, $9, $10, $11, $11, $11
FROM sales s, LATERAL (
  SELECT s.total - coalesce(sum(CASE WHEN p.status = 'succeeded' THEN p.amount_captured ELSE p.amount END), 0)::bigint AS amount
  FROM payments p WHERE p.sale_id = s.id AND p.status = ANY ($3)
) AS due
WHERE s.id = $2 AND s.status = 'open' AND due.amount > 0 AND coalesce($5::bigint, due.amount) <= due.amount
RETURNING *
