-- How many attempts of every method happened in [from, to), for the comparison with Postgres.
-- {from:DateTime64(3, 'UTC')}, {to:DateTime64(3, 'UTC')}. FINAL, since the relay may have sent a batch twice.
SELECT count() AS attempts
FROM payment_events_raw_v1 FINAL
WHERE type = 'payment.attempted'
  AND occurred_at >= {from:DateTime64(3, 'UTC')}
  AND occurred_at < {to:DateTime64(3, 'UTC')}
