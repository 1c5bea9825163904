-- One run. $1 id.
SELECT id, kind, from_date, to_date, dry_run, status, attempts, requested_by, requested_at, started_at, finished_at, error_code,
       error, summary
FROM reconciliation_runs WHERE id = $1
