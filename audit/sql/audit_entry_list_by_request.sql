-- All rows of one request, oldest first: the call and what came of it. $1 request.
SELECT e.id, e.at, e.kind, e.actor_id, e.actor_name, e.role, e.action, e.object, e.before, e.after, e.request_id, e.trace_id, e.ip,
       e.user_agent, e.route, e.status, e.code, e.seq, s.position, s.hash
FROM audit_entries e
LEFT JOIN audit_seals s ON s.entry_id = e.id
WHERE e.request_id = $1
ORDER BY e.seq
