-- Rows of the certificates $1 with the fields of the version that they name, in order.
SELECT r.certificate_id, r.position, b.id, b.version, b.type, b.reporting_category, b.source, b.amount, b.fee, b.net,
       b.currency, b.stripe_created, r.state, r.category, r.counterpart
FROM certificate_rows r
JOIN balance_transactions b ON b.id = r.balance_transaction_id AND b.version = r.version
WHERE r.certificate_id = ANY ($1::text[])
ORDER BY r.certificate_id, r.position
