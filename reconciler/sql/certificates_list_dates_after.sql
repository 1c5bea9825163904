-- Dates from $1 on that have a certificate.
SELECT DISTINCT business_date AS date FROM certificates WHERE business_date >= $1 ORDER BY 1
