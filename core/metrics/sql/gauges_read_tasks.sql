-- When scheduled work last succeeded: one row, null where it never did.
SELECT
  (SELECT finished_at FROM reconciliation_runs
   WHERE kind = 'nightly' AND status = 'succeeded' ORDER BY from_date DESC LIMIT 1) AS nightly_reconciliation,
  (SELECT looked_at FROM reconciliation_looks WHERE name = 'today') AS reconciliation_look,
  (SELECT min(at) FROM poll_cursors) AS poll
