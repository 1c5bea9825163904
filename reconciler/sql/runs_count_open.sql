-- Runs asked for and not finished. $1 attempts a nightly run has.
SELECT count(*)::integer AS open FROM reconciliation_runs
WHERE status <> 'succeeded' AND (status IN ('pending', 'running') OR (kind = 'nightly' AND attempts < $1))
