-- The alerts $1 (a JSON array of {rule, labels_key, closed_at}) are no longer let go, or since another instant when the clock was set.
UPDATE alert_states s SET closed_at = c.closed_at
FROM jsonb_to_recordset($1::jsonb) AS c (rule text, labels_key text, closed_at timestamptz)
WHERE s.rule = c.rule AND s.labels_key = c.labels_key
