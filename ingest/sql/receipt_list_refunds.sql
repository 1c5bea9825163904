-- Refunds of a sale that gave money back or are about to, oldest first. $1 sale.
SELECT r.id, r.payment_id, r.method, r.amount, r.status, r.created_at
FROM refunds r JOIN payments p ON p.id = r.payment_id
WHERE p.sale_id = $1 AND r.status NOT IN ('failed', 'canceled')
ORDER BY r.created_at, r.id
