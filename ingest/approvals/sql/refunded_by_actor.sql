-- What the actor $1 has given back since $2 in currency $3, and what still waits for a second person is not counted.
SELECT coalesce(sum(amount), 0)::bigint AS amount FROM refunds
WHERE asked_by = $1 AND created_at >= $2 AND currency = $3 AND status NOT IN ('failed', 'canceled')
