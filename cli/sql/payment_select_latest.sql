-- The newest payments. $1 how many.
SELECT id, till_id, method, currency, amount, status, decline_code, created_at FROM payments ORDER BY created_at DESC, id DESC LIMIT $1
