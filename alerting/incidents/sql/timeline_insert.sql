-- Adds to the timeline of the incident $1 at $2: $3 is a JSON array of {what, by, detail}, in the order given.
INSERT INTO alert_timeline (incident_id, at, what, by, detail)
SELECT $1, $2, t.what, t.by, coalesce(t.detail, '{}')
FROM jsonb_to_recordset($3::jsonb) AS t (what text, by text, detail jsonb)
