-- Incidents that opened since $1, and older ones that are still open; open and worst first, at most $2.
SELECT id, rule, severity, headline, opened_at, acked_at, acked_by, resolved_at
FROM alert_incidents
WHERE opened_at >= $1 OR resolved_at IS NULL
ORDER BY resolved_at IS NOT NULL, array_position(ARRAY['critical', 'warning', 'info'], severity), opened_at DESC, id
LIMIT $2
