-- Asks for a run by hand. $1 id, $2 from, $3 to, $4 dry run, $5 asked by, $6 asked at.
INSERT INTO reconciliation_runs (id, kind, from_date, to_date, dry_run, status, requested_by, requested_at)
VALUES ($1, 'manual', $2, $3, $4, 'pending', $5, $6)
