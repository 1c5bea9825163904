-- Card payments that succeeded in ($1, $2] and of which no delivery of Stripe's has told, newest first. $3 made after, $4 limit.
SELECT p.id AS payment_id, 'no webhook' AS what, p.currency, p.amount::text AS amount, p.till_id, p.finished_at AS at
FROM payments p
WHERE p.method = 'card' AND p.status = 'succeeded' AND p.stripe_payment_intent IS NOT NULL
  AND p.created_at > $3 AND p.created_at <= $2 AND p.finished_at > $1 AND p.finished_at <= $2
  AND NOT EXISTS (
    SELECT FROM webhook_events w
    WHERE w.object_id IN (p.stripe_payment_intent, p.stripe_charge) AND w.source = 'webhook')
ORDER BY p.finished_at DESC, p.id DESC
LIMIT $4
