-- Writes one row of the audit trail; it never changes again.
-- $1 id, $2 at, $3 kind, $4 actor, $5 their name, $6 role, $7 action, $8 object, $9 before, $10 after (JSON), $11 request,
-- $12 trace, $13 address, $14 user agent, $15 route, $16 status, $17 code; null for what there is not.
INSERT INTO audit_entries (id, at, kind, actor_id, actor_name, role, action, object, before, after, request_id, trace_id, ip,
                           user_agent, route, status, code)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
