-- The newest certificate of each of the latest business dates. $1 how many rows.
SELECT DISTINCT ON (business_date, currency, balance_type)
       business_date, currency, balance_type, version, opening, closing, clean, open_exceptions
FROM certificates
ORDER BY business_date DESC, currency, balance_type, version DESC
LIMIT $1
