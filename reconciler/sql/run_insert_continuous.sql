-- The run of a look that found something. Committed only with what it found. $1 id, $2 date, $3 now.
INSERT INTO reconciliation_runs (id, kind, from_date, to_date, status, attempts, requested_by, requested_at, started_at)
VALUES ($1, 'continuous', $2, $2, 'running', 1, 'schedule', $3, $3)
