-- When $1 was heard last.
SELECT at FROM alert_heartbeats WHERE name = $1
