-- Places of the chain after $1, in order, each with its row; a row that is gone is null. $2 most places.
SELECT s.position, s.entry_id, s.hash, e.id, e.at, e.kind, e.actor_id, e.actor_name, e.role, e.action, e.object, e.before::text AS before, e.after::text AS after,
       e.request_id, e.trace_id, e.ip, e.user_agent, e.route, e.status, e.code
FROM audit_seals s
LEFT JOIN audit_entries e ON e.id = s.entry_id
WHERE s.position > $1
ORDER BY s.position
LIMIT $2
