-- A page of exceptions with their last note and pending request. $1 filter, $2 instant at which ages are counted (see
-- exceptions_matching), $3 by what to sort: date, age, amount, severity or due, $4 1 from small to large or -1, $5 key and $6 id of
-- the last one of the page before or nulls, $7 how many.
WITH keyed AS (
  SELECT e.*, $4::bigint * CASE $3::text
    WHEN 'date' THEN e.business_date - date '1970-01-01'
    WHEN 'age' THEN -(extract(epoch FROM e.occurred_at) * 1000)::bigint
    WHEN 'amount' THEN abs(e.difference)
    WHEN 'severity' THEN array_position(ARRAY['low', 'medium', 'high', 'critical'], e.severity)
    WHEN 'due' THEN (extract(epoch FROM e.due_at) * 1000)::bigint END AS sort_key
  FROM exceptions_matching($1::jsonb, $2::timestamptz) e
)
SELECT e.id, e.category, e.object, e.status, e.healed, e.severity, e.currency, e.expected, e.actual, e.difference, e.business_date,
       e.payment_id, e.details, e.version, e.opened_run_id, e.last_seen_run_id, e.resolved_run_id, e.first_seen_at, e.last_seen_at,
       e.resolved_at, e.occurred_at, e.due_at, e.next_rating_at, e.owner, e.resolution, e.reason, e.resolved_by, e.resolved_by_name,
       e.adjustment_entry,
       e.sort_key, (SELECT jsonb_build_object('text', n.text, 'by', n.by_name, 'at', n.at) FROM exception_notes n
        WHERE n.exception_id = e.id ORDER BY n.at DESC, n.id DESC LIMIT 1) AS last_note,
       (SELECT jsonb_build_object('id', a.id, 'resolution', a.resolution, 'reason', a.reason, 'note', a.note, 'account', a.account,
               'counterpart_id', a.counterpart_id, 'requested_by', a.requested_name, 'requested_at', a.requested_at)
        FROM exception_approvals a WHERE a.exception_id = e.id AND a.status = 'pending') AS approval
FROM keyed e
WHERE $5::bigint IS NULL OR e.sort_key > $5 OR (e.sort_key = $5 AND e.id < $6)
ORDER BY e.sort_key, e.id DESC
LIMIT $7
