-- A page of incidents, newest first. $1 state (open, of it loud or muted; acked, resolved, unresolved) or null, $2 severity, $3 rule and $4 store or
-- nulls, $5 from and $6 to (opened in [from, to)) or nulls, $7 opened_at and $8 id of the last one of the page before or nulls, $9 how many.
SELECT i.id, i.key, i.rule, i.severity, i.labels, i.headline, i.policy, i.opened_at, i.counted_from, i.told_steps, i.messages, i.acked_at,
       i.acked_by, i.acked_via, i.muted_by, i.resolved_at, i.resolved_by, i.notice, i.version
FROM alert_incidents i
WHERE ($1::text IS NULL OR $1 = CASE
        WHEN i.resolved_at IS NOT NULL THEN 'resolved'
        WHEN $1 = 'unresolved' THEN 'unresolved'
        WHEN i.acked_at IS NOT NULL THEN 'acked'
        WHEN $1 = 'muted' AND i.muted_by IS NOT NULL THEN 'muted'
        WHEN $1 = 'loud' AND i.muted_by IS NULL THEN 'loud'
        ELSE 'open' END)
  AND ($2::text IS NULL OR i.severity = $2)
  AND ($3::text IS NULL OR i.rule = $3)
  AND ($4::text IS NULL OR i.labels ->> 'store' = $4)
  AND ($5::timestamptz IS NULL OR i.opened_at >= $5)
  AND ($6::timestamptz IS NULL OR i.opened_at < $6)
  AND ($7::timestamptz IS NULL OR (i.opened_at, i.id) < ($7, $8::text))
ORDER BY i.opened_at DESC, i.id DESC
LIMIT $9
