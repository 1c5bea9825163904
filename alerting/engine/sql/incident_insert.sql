-- Opens an incident; nothing when the group $2 has an open one. $1 id, $3 rule, $4 severity, $5 labels, $6 headline, $7 policy,
-- $8 opened_at and counted_from, $9 told_steps, $10 messages, $11 newest notice.
INSERT INTO alert_incidents (id, key, rule, severity, labels, headline, policy, opened_at, counted_from, told_steps, messages, notice)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11)
ON CONFLICT (key) WHERE resolved_at IS NULL DO NOTHING
