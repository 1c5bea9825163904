-- What the person behind the actor $1 has given back since $2 in currency $3, by any account; what still waits for a second person
-- is not counted.
SELECT coalesce(sum(amount), 0)::bigint AS amount FROM refunds
WHERE (asked_by = $1 OR asked_by IN (SELECT other.id FROM actors other JOIN actors own ON own.person = other.person WHERE own.id = $1))
  AND created_at >= $2 AND currency = $3 AND status NOT IN ('failed', 'canceled')
