-- One incident by its id $1, held until the end of the database transaction: people and the engine change it one after the other.
SELECT i.id, i.key, i.rule, i.severity, i.labels, i.headline, i.policy, i.opened_at, i.counted_from, i.told_steps, i.messages, i.acked_at,
       i.acked_by, i.acked_via, i.muted_by, i.resolved_at, i.resolved_by, i.notice, i.version
FROM alert_incidents i
WHERE i.id = $1
FOR UPDATE
