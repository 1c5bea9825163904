-- Open exceptions, and those named by categories $1 and objects $2 (same length) in any status.
SELECT e.id, e.category, e.object, e.status, e.currency, e.expected, e.actual, e.difference, e.business_date, e.payment_id,
       e.version
FROM exceptions e
WHERE e.status = 'open'
   OR (e.category, e.object) IN (SELECT * FROM unnest($1::text[], $2::text[]))
