-- Opens, reopens, changes or resolves exceptions. $1 jsonb array, $2 run, $3 seen at.
INSERT INTO exceptions (id, category, object, status, healed, severity, currency, expected, actual, difference, business_date,
                        payment_id, details, version, opened_run_id, last_seen_run_id, resolved_run_id, first_seen_at,
                        last_seen_at, resolved_at)
SELECT id, category, object, status, status = 'resolved', severity, currency, expected, actual, difference, business_date,
       payment_id, details, version, $2, $2, CASE status WHEN 'resolved' THEN $2 END, $3, $3,
       CASE status WHEN 'resolved' THEN $3::timestamptz END
FROM jsonb_to_recordset($1::jsonb) AS e (
  id text, category text, object text, status text, severity text, currency text, expected bigint, actual bigint,
  difference bigint, business_date date, payment_id text, details jsonb, version integer)
ON CONFLICT (category, object) DO UPDATE
SET status = excluded.status, healed = excluded.healed, severity = excluded.severity, currency = excluded.currency,
    expected = excluded.expected, actual = excluded.actual, difference = excluded.difference,
    business_date = excluded.business_date, payment_id = coalesce(excluded.payment_id, exceptions.payment_id),
    details = exceptions.details || excluded.details, version = excluded.version,
    last_seen_run_id = CASE excluded.status WHEN 'open' THEN excluded.last_seen_run_id ELSE exceptions.last_seen_run_id END,
    last_seen_at = CASE excluded.status WHEN 'open' THEN excluded.last_seen_at ELSE exceptions.last_seen_at END,
    resolved_run_id = excluded.resolved_run_id, resolved_at = excluded.resolved_at
