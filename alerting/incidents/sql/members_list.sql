-- The alerts that belong to the open incident $1 now.
SELECT s.labels, s.phase, s.since, s.judgement
FROM alert_states s
WHERE s.incident_id = $1
ORDER BY s.labels_key
