-- Incidents that are not resolved.
SELECT i.id, i.key, i.rule, i.severity, i.labels, i.headline, i.policy, i.opened_at, i.counted_from, i.told_steps, i.messages, i.acked_at,
       i.acked_by, i.acked_via, i.muted_by, i.resolved_at, i.resolved_by, i.notice, i.version
FROM alert_incidents i
WHERE i.resolved_at IS NULL
