-- The newest version of each certificate of the date $1.
SELECT DISTINCT ON (currency, balance_type) id, currency, balance_type, version, closing, clean
FROM certificates
WHERE business_date = $1::date
ORDER BY currency, balance_type, version DESC
