-- Keeps messages of the incident $1 for a digest: $2 is a JSON array of {id, channel, contact, notice}, $3 now.
INSERT INTO alert_held (id, incident_id, channel, contact, notice, held_at)
SELECT h.id, $1, h.channel, h.contact, h.notice, $3
FROM jsonb_to_recordset($2::jsonb) AS h (id text, channel text, contact text, notice jsonb)
