-- The last date that has a certificate, or null.
SELECT max(business_date) AS last FROM certificates
