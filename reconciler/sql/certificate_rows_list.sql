-- Rows of the certificates $1 with the fields of the version that they name, in order.
SELECT r.certificate_id, r.position, b.id, b.version, b.balance_type, b.business_date, b.type, b.reporting_category, b.source,
       b.amount, b.fee, b.net, b.currency, b.stripe_created, b.available_on, b.description, b.exchange_rate, b.gone,
       b.first_seen_at, b.run_id AS seen_run_id, r.state, r.category, r.counterpart
FROM certificate_rows r
JOIN balance_transactions b ON b.id = r.balance_transaction_id AND b.version = r.version
WHERE r.certificate_id = ANY ($1::text[])
ORDER BY r.certificate_id, r.position
