-- Highest revision per row of $1 that was ever paired.
SELECT balance_transaction_id, max(revision) AS revision FROM pairings
WHERE balance_transaction_id = ANY ($1::text[])
GROUP BY balance_transaction_id
