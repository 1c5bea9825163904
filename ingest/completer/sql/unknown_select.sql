-- Card payments and refunds that Stripe was, or may have been, asked for, whose outcome we do not know and whose money call
-- is over: nobody else will ask again. What waits for a person is left alone. $1 most rows of each kind.
(SELECT 'payment' AS kind, id FROM payments
 WHERE status = 'processing' AND method = 'card' AND attention IS NULL
   AND NOT EXISTS (SELECT FROM idempotency_keys k WHERE k.object_id = payments.id AND k.status = 'started')
 ORDER BY accepted_at LIMIT $1)
UNION ALL
(SELECT 'refund', id FROM refunds
 WHERE status = 'processing' AND method = 'card'
   AND NOT EXISTS (SELECT FROM idempotency_keys k WHERE k.object_id = refunds.id AND k.status = 'started')
   AND NOT EXISTS (SELECT FROM payments p WHERE p.id = refunds.payment_id AND p.attention IS NOT NULL)
 ORDER BY created_at LIMIT $1)
