-- Runs, newest first. $1, $2 the last one of the page before or nulls, $3 how many.
SELECT id, kind, from_date, to_date, dry_run, status, attempts, requested_by, requested_at, started_at, finished_at, error_code,
       error, summary, failures,
       CASE WHEN NOT EXISTS (SELECT FROM reconciliation_runs later WHERE later.kind = 'nightly' AND later.from_date > r.from_date)
       THEN not_before END AS next_try_at
FROM reconciliation_runs r
WHERE $1::timestamptz IS NULL OR (requested_at, id) < ($1, $2)
ORDER BY requested_at DESC, id DESC
LIMIT $3
