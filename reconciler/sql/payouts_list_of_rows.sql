-- Payouts that the rows $1 were ever items of.
SELECT DISTINCT payout_id AS id FROM payout_items WHERE balance_transaction_id = ANY ($1::text[])
