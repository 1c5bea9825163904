-- Gives up the runs that were taken up too often without an end: their process was killed each time. Only for the holder of the
-- reconciler's advisory lock, for whom nobody is at them. $1 now, $2 error code, $3 error, $4 take-ups that a run has.
UPDATE reconciliation_runs
SET status = 'failed', finished_at = $1, error_code = $2, error = $3, failures = failures + take_ups, take_ups = 0,
    not_before = NULL
WHERE status = 'running' AND take_ups >= $4
RETURNING id, kind, attempts
