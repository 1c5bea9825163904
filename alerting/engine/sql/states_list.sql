-- Alerts that are not at rest: raised or about to be, unseen, or bound to an incident.
SELECT s.rule, s.labels_key, s.labels, s.phase, s.since, s.missing, s.failing, s.judgement, s.incident_id, s.loud_since, s.closed_at
FROM alert_states s
WHERE s.phase <> 'inactive' OR s.missing > 0 OR s.failing > 0 OR s.incident_id IS NOT NULL OR s.closed_at IS NOT NULL
