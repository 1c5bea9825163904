-- Takes the next run that is to be done: also one that a killed process left running, since only the holder of the reconciler's
-- advisory lock may call this, and a night that failed when its pause is over and no later night, which covers its date, has been
-- asked for. What was asked for goes before what is tried again. $1 now.
UPDATE reconciliation_runs
SET status = 'running', attempts = attempts + 1, take_ups = take_ups + 1, not_before = NULL, started_at = $1
WHERE id = (
  SELECT r.id FROM reconciliation_runs r
  WHERE r.status <> 'succeeded'
    AND (r.status IN ('pending', 'running') OR (r.not_before <= $1 AND NOT EXISTS (
      SELECT FROM reconciliation_runs later WHERE later.kind = 'nightly' AND later.from_date > r.from_date)))
  ORDER BY r.status = 'failed', r.requested_at, r.from_date, r.id
  LIMIT 1
)
RETURNING id, kind, from_date, to_date, dry_run, attempts, failures
