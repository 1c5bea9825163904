-- Every row that was ever an item of the payouts $1, with its current and its first version's net and the first one's amount.
SELECT i.payout_id, i.balance_transaction_id, c.gone, c.net, c.amount, f.net AS first_net, f.amount AS first_amount
FROM payout_items i
JOIN balance_transactions_current c ON c.id = i.balance_transaction_id
JOIN balance_transactions f ON f.id = i.balance_transaction_id AND f.version = 1
WHERE i.payout_id = ANY ($1::text[])
