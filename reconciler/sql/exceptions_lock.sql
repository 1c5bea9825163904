-- Exceptions $1 in the order of their ids, locked until the end.
SELECT e.id, e.category, e.object, e.status, e.healed, e.severity, e.currency, e.expected, e.actual, e.difference, e.business_date,
       e.payment_id, e.details, e.version, e.opened_run_id, e.last_seen_run_id, e.resolved_run_id, e.first_seen_at, e.last_seen_at,
       e.resolved_at, e.occurred_at, e.due_at, e.next_rating_at, e.owner, e.resolution, e.reason, e.resolved_by, e.resolved_by_name,
       e.adjustment_entry
FROM exceptions e WHERE e.id = ANY ($1::text[])
ORDER BY e.id
FOR UPDATE
