-- What happened to incidents behind sequence number $1, oldest first, $2 at most.
SELECT seq::text, what AS type, at, incident_id AS id, '' AS till_id FROM alert_timeline WHERE seq > $1 ORDER BY seq LIMIT $2
