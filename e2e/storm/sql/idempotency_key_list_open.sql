-- Money calls that are open now: begun, with a card to charge, and not answered.
SELECT k.path, k.recovery_point, p.id AS payment_id, p.sale_id, p.amount::int AS amount, p.status
FROM idempotency_keys k JOIN payments p ON p.id = k.object_id
WHERE k.status = 'started' AND k.owner IS NOT NULL AND p.method = 'card'
ORDER BY k.created_at
