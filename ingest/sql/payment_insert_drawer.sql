-- Adds a paid cash or check tender to an open sale whose row the caller has locked, and closes the sale when all of it is
-- paid; no row when no other tender leaves that much.
-- $1 id, $2 sale, $3 statuses that hold an amount, $4 method, $5 amount, $6 received or null, $7 check reference or null,
-- $8 cashier, $9 trace, $10 now.
WITH payment AS (
  INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, amount_captured, status, amount_received,
                        check_reference, customer_ref, cashier_ref, trace_id, first_writer, accepted_at, finished_at,
                        created_at, updated_at)
  SELECT $1, s.id, s.till_id, s.store_id, $4, s.currency, $5, $5, 'succeeded', $6, $7, s.customer_ref,
         coalesce($8, s.cashier_ref), $9, 'api', $10, $10, $10, $10
  FROM sales s
  WHERE s.id = $2 AND s.status = 'open' AND $5::bigint <= s.total - (
    SELECT coalesce(sum(CASE WHEN p.status = 'succeeded' THEN p.amount_captured ELSE p.amount END), 0)
    FROM payments p WHERE p.sale_id = s.id AND p.status = ANY ($3))
  RETURNING *
), sale AS (
  UPDATE sales s SET amount_paid = s.amount_paid + payment.amount, updated_at = $10,
    status = CASE WHEN s.amount_paid + payment.amount = s.total THEN 'closed' ELSE s.status END
  FROM payment WHERE s.id = payment.sale_id
  RETURNING s.total, s.amount_paid, s.status
)
SELECT payment.*, sale.total AS sale_total, sale.amount_paid AS sale_paid, sale.status AS sale_status FROM payment, sale
