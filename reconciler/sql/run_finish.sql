-- Ends a run; one that succeeded stays so. $1 id, $2 status, $3 finished at, $4 error code or null, $5 error or null, $6 summary or null.
UPDATE reconciliation_runs
SET status = $2, finished_at = $3, error_code = $4, error = $5, summary = $6
WHERE id = $1 AND status <> 'succeeded'
