-- A page of the balance transactions that Stripe ever itemised for the payout $1, in the order of time, each with its current
-- version and what it answers. $2 instant and $3 id of the last one of the page before or nulls, $4 how many.
SELECT b.id, b.type, b.reporting_category, b.source, b.amount, b.fee, b.net, b.currency, b.stripe_created, b.gone, p.state,
       p.counterpart
FROM payout_items i
JOIN balance_transactions_current b ON b.id = i.balance_transaction_id
LEFT JOIN pairings p ON p.balance_transaction_id = b.id AND p.ended_run_id IS NULL
WHERE i.payout_id = $1 AND ($2::timestamptz IS NULL OR (b.stripe_created, b.id) > ($2, $3))
ORDER BY b.stripe_created, b.id
LIMIT $4
