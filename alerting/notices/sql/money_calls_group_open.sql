-- Money calls that wait for Stripe's answer at $1, by what they ask (ids left out), the most first.
SELECT method || ' ' || regexp_replace(path, '/[a-z]+_[0-9a-z]{10,}', '/{id}', 'g') AS operation, count(*)::integer AS calls
FROM idempotency_keys
WHERE status = 'started' AND created_at <= $1
GROUP BY 1
ORDER BY calls DESC, operation
LIMIT 20
