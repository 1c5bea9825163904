-- A payment with its sale. $1 payment.
SELECT p.*, s.total AS sale_total, s.amount_paid AS sale_paid, s.status AS sale_status
FROM payments p JOIN sales s ON s.id = p.sale_id
WHERE p.id = $1
