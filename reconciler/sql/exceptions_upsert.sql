-- Opens, reopens, changes or resolves exceptions as a run found them; what a person had resolved is no longer so.
-- $1 jsonb array, $2 run, $3 seen at.
INSERT INTO exceptions (id, category, object, status, healed, resolution, severity, currency, expected, actual, difference,
                        business_date, payment_id, details, version, opened_run_id, last_seen_run_id, resolved_run_id,
                        first_seen_at, last_seen_at, resolved_at, occurred_at, rated_at, due_at, next_rating_at)
SELECT id, category, object, status, status = 'resolved', CASE status WHEN 'resolved' THEN 'healed' END, severity, currency,
       expected, actual, difference, business_date, payment_id, details, version, $2, $2, CASE status WHEN 'resolved' THEN $2 END,
       $3, $3, CASE status WHEN 'resolved' THEN $3::timestamptz END, occurred_at, $3, due_at, next_rating_at
FROM jsonb_to_recordset($1::jsonb) AS e (
  id text, category text, object text, status text, severity text, currency text, expected bigint, actual bigint,
  difference bigint, business_date date, payment_id text, details jsonb, version integer, occurred_at timestamptz,
  due_at timestamptz, next_rating_at timestamptz)
ON CONFLICT (category, object) DO UPDATE
SET status = excluded.status, healed = excluded.healed, resolution = excluded.resolution, severity = excluded.severity,
    currency = excluded.currency, expected = excluded.expected, actual = excluded.actual, difference = excluded.difference,
    business_date = excluded.business_date, payment_id = coalesce(excluded.payment_id, exceptions.payment_id),
    details = exceptions.details || excluded.details, version = excluded.version,
    last_seen_run_id = CASE excluded.status WHEN 'open' THEN excluded.last_seen_run_id ELSE exceptions.last_seen_run_id END,
    last_seen_at = CASE excluded.status WHEN 'open' THEN excluded.last_seen_at ELSE exceptions.last_seen_at END,
    resolved_run_id = excluded.resolved_run_id, resolved_at = excluded.resolved_at,
    occurred_at = excluded.occurred_at, rated_at = excluded.rated_at, due_at = excluded.due_at,
    next_rating_at = excluded.next_rating_at,
    reason = NULL, resolved_by = NULL, resolved_by_name = NULL, adjustment_entry = NULL, uncertified = false
