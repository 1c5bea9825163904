-- The newest evaluation.
SELECT at, took_ms, results FROM alert_evaluations ORDER BY at DESC LIMIT 1
