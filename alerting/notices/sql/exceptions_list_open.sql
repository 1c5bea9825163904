-- Payments of the newest open exceptions. $1 limit.
SELECT payment_id, category AS what, currency, abs(difference)::text AS amount, '' AS till_id, first_seen_at AS at
FROM exceptions
WHERE status = 'open' AND payment_id IS NOT NULL
ORDER BY first_seen_at DESC, id DESC
LIMIT $1
