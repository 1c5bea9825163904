-- Of the rows about the sources $1, and of the rows $2, those that are there now, are exceptions and answer nothing of ours.
SELECT b.id, b.source, b.amount, p.category
FROM balance_transactions_current b
JOIN pairings p ON p.balance_transaction_id = b.id AND p.ended_run_id IS NULL
WHERE NOT b.gone AND (b.source = ANY ($1::text[]) OR b.id = ANY ($2::text[])) AND p.category IS NOT NULL
  AND p.movement_key IS NULL
