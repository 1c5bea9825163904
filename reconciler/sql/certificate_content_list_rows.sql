-- Current rows of the dates $1 with how they are paired, in the order of certificates.
SELECT b.id, b.version, b.balance_type, b.business_date, b.type, b.reporting_category, b.source, b.amount, b.fee, b.net,
       b.currency, b.stripe_created, b.available_on, b.description, b.exchange_rate, b.gone, b.first_seen_at,
       b.run_id AS seen_run_id, p.state, p.category, p.movement_key AS counterpart
FROM balance_transactions_current b
JOIN pairings p ON p.balance_transaction_id = b.id AND p.ended_run_id IS NULL
WHERE b.business_date = ANY ($1::date[]) AND NOT b.gone
ORDER BY b.stripe_created, b.id
