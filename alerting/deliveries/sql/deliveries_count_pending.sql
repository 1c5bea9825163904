-- Messages that are due at $1 and not ended, and when the next one is due.
SELECT count(*) FILTER (WHERE next_attempt_at <= $1)::integer AS due, min(next_attempt_at) AS next
FROM alert_deliveries
WHERE status = 'pending'
