-- Notes that $1 was heard at $2; an earlier word that comes late changes nothing.
INSERT INTO alert_heartbeats (name, at) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET at = greatest(alert_heartbeats.at, excluded.at)
