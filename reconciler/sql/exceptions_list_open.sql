-- Open exceptions in the order of date, category and object.
SELECT id, category, object, currency, expected, actual, difference, business_date, severity, payment_id, opened_run_id,
       first_seen_at, details
FROM exceptions WHERE status = 'open'
ORDER BY business_date, category, object
