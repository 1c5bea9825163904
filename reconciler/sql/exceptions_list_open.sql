-- Open exceptions in the order of date, category and object.
SELECT id, category, object, currency, expected, actual, difference, business_date, payment_id
FROM exceptions WHERE status = 'open'
ORDER BY business_date, category, object
