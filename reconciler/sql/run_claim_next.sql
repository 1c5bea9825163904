-- Takes the next run that is not finished: also one that a killed process left running, since only the holder of the
-- reconciler's advisory lock may call this. $1 started at, $2 attempts a nightly run has, $3 runs to pass over for now.
UPDATE reconciliation_runs SET status = 'running', attempts = attempts + 1, started_at = $1
WHERE id = (
  SELECT id FROM reconciliation_runs
  WHERE status <> 'succeeded'
    AND (status IN ('pending', 'running') OR (kind = 'nightly' AND attempts < $2))
    AND NOT (id = ANY ($3::text[]))
  ORDER BY requested_at, from_date, id
  LIMIT 1
)
RETURNING id, kind, from_date, to_date, dry_run, attempts
