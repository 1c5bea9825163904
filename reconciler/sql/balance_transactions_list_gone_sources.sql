-- Of the sources $1, those whose row Stripe once had and has no more.
SELECT DISTINCT source FROM balance_transactions_current WHERE gone AND source = ANY ($1::text[])
