-- Asks for a run by hand. $1 id, $2 manual or full, $3 from, $4 to, $5 dry run, $6 asked by, $7 asked at.
INSERT INTO reconciliation_runs (id, kind, from_date, to_date, dry_run, status, requested_by, requested_at)
VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7)
