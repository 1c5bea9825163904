-- Every row that was ever an item of the payouts $1, with what it brought when Stripe first said that it was one.
SELECT i.payout_id, i.balance_transaction_id, c.gone, c.source, coalesce(i.first_net, f.net) AS first_net,
       coalesce(i.first_currency, f.currency) AS first_currency
FROM payout_items i
JOIN balance_transactions_current c ON c.id = i.balance_transaction_id
JOIN balance_transactions f ON f.id = i.balance_transaction_id AND f.version = 1
WHERE i.payout_id = ANY ($1::text[])
