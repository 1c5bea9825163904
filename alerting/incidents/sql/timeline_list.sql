-- What happened to the incident $1, oldest first; at most $2 rows, the newest.
SELECT t.seq, t.at, t.what, t.by, t.detail
FROM (SELECT * FROM alert_timeline WHERE incident_id = $1 ORDER BY seq DESC LIMIT $2) t
ORDER BY t.seq
