-- Writes what changed of an incident and counts its version up; nothing when its version is not $2 any more: what somebody else
-- did meanwhile is not overwritten. $1 id, $3 headline, $4 counted_from, $5 told_steps, $6 messages, $7 acked_at, $8 acked_by,
-- $9 acked_via, $10 muted_by, $11 resolved_at, $12 resolved_by, $13 newest notice.
UPDATE alert_incidents
SET headline = $3, counted_from = $4, told_steps = $5, messages = $6, acked_at = $7, acked_by = $8, acked_via = $9, muted_by = $10,
    resolved_at = $11, resolved_by = $12, notice = $13, version = version + 1
WHERE id = $1 AND version = $2
