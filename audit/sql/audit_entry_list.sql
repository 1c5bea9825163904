-- A page of the trail, newest first. Null parameters do not filter.
-- $1 from, $2 before, $3 actor by id or whole name, $4 beginning of the action, $5 object, $6 kind, $7 text anywhere, in lower case,
-- $8 and $9 the last row of the page before (time, number), $10 most rows.
SELECT e.id, e.at, e.kind, e.actor_id, e.actor_name, e.role, e.action, e.object, e.before, e.after, e.request_id, e.trace_id, e.ip,
       e.user_agent, e.route, e.status, e.code, e.seq, s.position, s.hash
FROM audit_entries e
LEFT JOIN audit_seals s ON s.entry_id = e.id
WHERE ($1::timestamptz IS NULL OR e.at >= $1)
  AND ($2::timestamptz IS NULL OR e.at < $2)
  AND ($3::text IS NULL OR e.actor_id = $3 OR lower(e.actor_name) = lower($3))
  AND ($4::text IS NULL OR starts_with(e.action, $4))
  AND ($5::text IS NULL OR e.object = $5)
  AND ($6::text IS NULL OR e.kind = $6)
  AND ($7::text IS NULL OR position($7 IN lower(concat_ws(' ', e.id, e.actor_id, e.actor_name, e.role, e.action, e.object,
        e.request_id, e.ip, e.route, e.code, e.before::text, e.after::text))) > 0)
  AND ($8::timestamptz IS NULL OR (e.at, e.seq) < ($8, $9::bigint))
ORDER BY e.at DESC, e.seq DESC
LIMIT $10
