-- Payments of a till since an instant, newest first. $1 till, $2 from, $3 rows at most.
SELECT * FROM payments WHERE till_id = $1 AND created_at >= $2 ORDER BY created_at DESC, id DESC LIMIT $3
