-- Calls written down before $1 of which no outcome is known, oldest first. $2 most rows.
SELECT c.id, c.at, c.actor_id, c.actor_name, c.role, c.action, c.object, c.request_id, c.trace_id, c.route
FROM audit_entries c
WHERE c.kind = 'call' AND c.at < $1
  AND NOT EXISTS (SELECT 1 FROM audit_entries o WHERE o.request_id = c.request_id AND o.kind = 'outcome')
ORDER BY c.at, c.id
LIMIT $2
