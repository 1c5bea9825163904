-- Card payments and refunds that Stripe was, or may have been, asked for and whose outcome we do not know. $1 most rows.
(SELECT 'payment' AS kind, id, stripe_payment_intent AS stripe_id, NULL AS stripe_parent, accepted_at AS since
 FROM payments WHERE status = 'processing' AND method = 'card' ORDER BY accepted_at LIMIT $1)
UNION ALL
(SELECT 'refund', refunds.id, refunds.stripe_refund, payments.stripe_charge, refunds.created_at
 FROM refunds JOIN payments ON payments.id = refunds.payment_id
 WHERE refunds.status = 'processing' AND refunds.method = 'card' ORDER BY refunds.created_at LIMIT $1)
