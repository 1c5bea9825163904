-- Deletes evaluations from before $1, the oldest $2 of them.
DELETE FROM alert_evaluations
WHERE at IN (SELECT e.at FROM alert_evaluations e WHERE e.at < $1 ORDER BY e.at LIMIT $2)
