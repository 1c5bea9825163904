-- The newest version of each certificate of the dates $1.
SELECT DISTINCT ON (business_date, currency, balance_type)
       id, business_date, currency, balance_type, version, opening, closing, content_digest, clean, open_exceptions, exceptions,
       ledger_net, currency_net, tills, stripe_snapshot, format, opening_basis
FROM certificates
WHERE business_date = ANY ($1::date[])
ORDER BY business_date, currency, balance_type, version DESC
