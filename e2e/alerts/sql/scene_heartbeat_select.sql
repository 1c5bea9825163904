-- When the second path was heard last.
SELECT max(at) AS at FROM alert_heartbeats
