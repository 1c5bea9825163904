-- Of the exceptions that match filter $1 at $2, per currency, category and severity: how many, how many open, what is at risk in the
-- open ones, the oldest open one, and how many open ones are past their time to act, without an owner, or wait for a second person.
SELECT e.currency, e.category, e.severity, count(*)::integer AS count,
       count(*) FILTER (WHERE e.status = 'open')::integer AS open,
       coalesce(sum(abs(e.difference)) FILTER (WHERE e.status = 'open'), 0)::bigint AS at_risk,
       min(e.occurred_at) FILTER (WHERE e.status = 'open') AS oldest_at,
       count(*) FILTER (WHERE e.status = 'open' AND e.due_at < $2)::integer AS overdue,
       count(*) FILTER (WHERE e.status = 'open' AND e.owner IS NULL)::integer AS unassigned,
       count(*) FILTER (WHERE EXISTS (
         SELECT 1 FROM exception_approvals a WHERE a.exception_id = e.id AND a.status = 'pending'))::integer AS pending
FROM exceptions_matching($1::jsonb, $2::timestamptz) e
GROUP BY e.currency, e.category, e.severity
ORDER BY e.currency, e.category, e.severity
