-- Ids of the rows up to date $1 that are exceptions now.
SELECT p.balance_transaction_id AS id
FROM pairings p
JOIN balance_transactions b ON b.id = p.balance_transaction_id AND b.version = p.version
WHERE p.ended_run_id IS NULL AND p.state = 'exception' AND b.business_date <= $1
