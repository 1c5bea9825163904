-- Payments with their sales, in no order. $1 payments.
SELECT p.*, s.total AS sale_total, s.amount_paid AS sale_paid, s.status AS sale_status
FROM payments p JOIN sales s ON s.id = p.sale_id
WHERE p.id = ANY ($1::text[])
