-- Runs that are to be done now, and when the next failed one is tried again (null: none waits). $1 now.
SELECT count(*) FILTER (WHERE r.status <> 'failed' OR r.not_before <= $1)::integer AS open,
       min(r.not_before) FILTER (WHERE r.status = 'failed' AND r.not_before > $1) AS next_try
FROM reconciliation_runs r
WHERE r.status <> 'succeeded'
  AND (r.status IN ('pending', 'running') OR (r.not_before IS NOT NULL AND NOT EXISTS (
    SELECT FROM reconciliation_runs later WHERE later.kind = 'nightly' AND later.from_date > r.from_date)))
