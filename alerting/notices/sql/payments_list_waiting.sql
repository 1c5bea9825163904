-- Card payments whose outcome nobody knows yet, newest first. $1 limit.
SELECT id AS payment_id, 'waits for Stripe' AS what, currency, amount::text AS amount, till_id, accepted_at AS at
FROM payments
WHERE status = 'processing'
ORDER BY accepted_at DESC, id DESC
LIMIT $1
