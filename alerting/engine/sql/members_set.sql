-- The alerts of the incident $1 are $2, a JSON array of {rule, labels_key}, and no others.
UPDATE alert_states s SET incident_id = CASE WHEN m.rule IS NULL THEN NULL ELSE $1 END
FROM alert_states old
LEFT JOIN jsonb_to_recordset($2::jsonb) AS m (rule text, labels_key text) ON m.rule = old.rule AND m.labels_key = old.labels_key
WHERE s.rule = old.rule AND s.labels_key = old.labels_key AND (old.incident_id = $1 OR m.rule IS NOT NULL)
