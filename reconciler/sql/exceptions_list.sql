-- Exceptions, newest date first. $1 status, $2 category, $3 from date, $4 to date (a null asks for all); $5, $6 the last one of the page
-- before or nulls; $7 how many.
SELECT id, category, object, status, healed, severity, currency, expected, actual, difference, business_date, payment_id, details,
       version, opened_run_id, last_seen_run_id, resolved_run_id, first_seen_at, last_seen_at, resolved_at
FROM exceptions
WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR category = $2)
  AND ($3::date IS NULL OR business_date >= $3) AND ($4::date IS NULL OR business_date <= $4)
  AND ($5::date IS NULL OR (business_date, id) < ($5, $6))
ORDER BY business_date DESC, id DESC
LIMIT $7
