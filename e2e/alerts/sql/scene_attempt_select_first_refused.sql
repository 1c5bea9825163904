-- When the first card was refused from $1 on, by the business clock.
SELECT recorded_at FROM events
WHERE type = 'payment.attempted' AND body ->> 'outcome' = 'failed' AND recorded_at >= $1
ORDER BY seq LIMIT 1
