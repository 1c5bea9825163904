-- Of the sources $1, those that have an unknown_type row now, with its amount.
SELECT DISTINCT b.source, b.amount
FROM balance_transactions_current b
JOIN pairings p ON p.balance_transaction_id = b.id AND p.ended_run_id IS NULL
WHERE NOT b.gone AND b.source = ANY ($1::text[]) AND p.category = 'unknown_type'
