-- One exception. $1 id.
SELECT id, category, object, status, healed, severity, currency, expected, actual, difference, business_date, payment_id, details,
       version, opened_run_id, last_seen_run_id, resolved_run_id, first_seen_at, last_seen_at, resolved_at
FROM exceptions WHERE id = $1
