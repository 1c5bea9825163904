-- Current versions, gone ones too, of the rows of the dates [$1, $2] and of the ids $3.
SELECT id, version, balance_type, type, reporting_category, source, amount, fee, net, currency, stripe_created, business_date,
       available_on, description, exchange_rate, gone
FROM balance_transactions_current
WHERE business_date BETWEEN $1 AND $2 OR id = ANY ($3::text[])
