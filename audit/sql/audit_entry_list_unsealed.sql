-- Rows of the trail that the chain has not taken up, in the order of writing. $1 look only after this row's number, $2 most rows.
SELECT e.seq, e.id, e.at, e.kind, e.actor_id, e.actor_name, e.role, e.action, e.object, e.before::text AS before, e.after::text AS after,
       e.request_id, e.trace_id, e.ip, e.user_agent, e.route, e.status, e.code
FROM audit_entries e
WHERE e.seq > $1 AND NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.entry_id = e.id)
ORDER BY e.seq
LIMIT $2
