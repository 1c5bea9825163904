-- The payout that a charge's money left Stripe with, when Stripe has itemised it. $1 charge.
SELECT o.id, o.status, o.currency, o.amount, o.arrival_at
FROM balance_transactions b
JOIN payout_items i ON i.balance_transaction_id = b.id
JOIN payouts o ON o.id = i.payout_id
WHERE b.source = $1 AND b.type IN ('charge', 'payment')
ORDER BY o.stripe_created DESC LIMIT 1
