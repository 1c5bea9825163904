-- Current rows of Stripe's with the ids $1 or the sources $2, with what the reconciler made of them.
SELECT b.id, b.version, b.balance_type, b.type, b.reporting_category, b.source, b.amount, b.fee, b.net, b.currency, b.stripe_created,
       b.business_date, b.available_on, b.description, b.exchange_rate, b.gone, p.state, p.movement_key
FROM balance_transactions_current b
LEFT JOIN pairings p ON p.balance_transaction_id = b.id AND p.ended_run_id IS NULL
WHERE b.id = ANY ($1::text[]) OR b.source = ANY ($2::text[])
ORDER BY b.stripe_created, b.id
