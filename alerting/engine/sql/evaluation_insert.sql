-- What the evaluation at $1 by $2 saw, in $3 ms: $4, see migration 0024. A clock that was set back may give two the same instant.
INSERT INTO alert_evaluations (at, leader, took_ms, results)
VALUES ($1, $2, $3, $4)
ON CONFLICT (at) DO NOTHING
