-- Ends a try of a run that failed; a run that succeeded stays so. Says whether it is tried again by itself. $1 id, $2 finished at,
-- $3 error code, $4 error, $5 not before, or null when it is a person's to ask for it again.
UPDATE reconciliation_runs r
SET status = 'failed', finished_at = $2, error_code = $3, error = $4, failures = failures + 1, take_ups = 0, not_before = $5
WHERE r.id = $1 AND r.status <> 'succeeded'
RETURNING r.failures, r.not_before IS NOT NULL AND NOT EXISTS (
  SELECT FROM reconciliation_runs later WHERE later.kind = 'nightly' AND later.from_date > r.from_date) AS is_tried_again
