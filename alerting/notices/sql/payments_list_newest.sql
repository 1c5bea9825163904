-- The newest card payments made until $1, of store $2 (empty: all). $3 limit.
SELECT id AS payment_id, status AS what, currency, amount::text AS amount, till_id, created_at AS at
FROM payments
WHERE method = 'card' AND created_at <= $1 AND ($2 = '' OR store_id = $2)
ORDER BY created_at DESC, id DESC
LIMIT $3
