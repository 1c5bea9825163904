-- The messages about the incident $1 and what became of each, oldest first; at most $2, the newest.
SELECT d.id, d.channel, d.contact, d.change, d.status, d.attempts, d.created_at, d.ended_at, d.reason
FROM (SELECT * FROM alert_deliveries WHERE incident_id = $1 ORDER BY seq DESC LIMIT $2) d
ORDER BY d.seq
