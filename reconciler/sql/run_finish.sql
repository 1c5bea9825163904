-- Ends a run that did what it was asked for. $1 id, $2 finished at, $3 summary.
UPDATE reconciliation_runs
SET status = 'succeeded', finished_at = $2, error_code = NULL, error = NULL, take_ups = 0, summary = $3
WHERE id = $1 AND status <> 'succeeded'
