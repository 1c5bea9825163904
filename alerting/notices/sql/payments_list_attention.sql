-- Payments that wait for a person since Stripe's answer did not fit, newest first. $1 limit.
SELECT id AS payment_id, attention AS what, currency, amount::text AS amount, till_id, attention_at AS at
FROM payments
WHERE attention IS NOT NULL
ORDER BY attention_at DESC, id DESC
LIMIT $1
