-- Every balance transaction that Stripe ever itemised for the payout $1, its current version, in the order of time.
SELECT b.id, b.type, b.reporting_category, b.source, b.amount, b.fee, b.net, b.currency, b.stripe_created, b.gone, p.state,
       p.counterpart
FROM payout_items i
JOIN balance_transactions_current b ON b.id = i.balance_transaction_id
LEFT JOIN pairings p ON p.balance_transaction_id = b.id AND p.ended_run_id IS NULL
WHERE i.payout_id = $1
ORDER BY b.stripe_created, b.id
