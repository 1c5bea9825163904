-- Current rows about the sources $1 that are not among the ids $2.
SELECT id, version, balance_type, type, reporting_category, source, amount, fee, net, currency, stripe_created, business_date,
       available_on, description, exchange_rate, gone
FROM balance_transactions_current
WHERE source = ANY ($1::text[]) AND NOT gone AND NOT id = ANY ($2::text[])
