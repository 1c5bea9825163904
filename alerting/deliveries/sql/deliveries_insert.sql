-- Adds messages: $1 is a JSON array of {id, incident_id, channel, contact, thread, change, notice}, $2 now. In the order given.
INSERT INTO alert_deliveries (id, incident_id, channel, contact, thread, change, notice, status, next_attempt_at, created_at)
SELECT d.id, d.incident_id, d.channel, d.contact, d.thread, d.change, d.notice, 'pending', $2, $2
FROM jsonb_to_recordset($1::jsonb)
  AS d (id text, incident_id text, channel text, contact text, thread text, change text, notice jsonb)
