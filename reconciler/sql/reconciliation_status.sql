-- Where reconciliation stands: the last look and the last nightly run that succeeded, and the oldest one that failed and whose
-- date nothing has reconciled since, as the alert has it.
SELECT l.looked_at, l.whole_at, l.due_at, l.looks, l.rows_seen, l.payouts_seen, l.examined, l.submitted, l.failing_since,
       l.error_code, l.error, l.run_id, n.id AS nightly_id, n.from_date AS nightly_date, n.finished_at AS nightly_finished_at,
       f.id AS failed_id, f.from_date AS failed_date, f.attempts AS failed_attempts, f.failures AS failed_failures,
       f.finished_at AS failed_at, f.next_try_at AS failed_next_try_at, f.error_code AS failed_code, f.error AS failed_error
FROM (SELECT 'today' AS name) AS one
LEFT JOIN reconciliation_looks l ON l.name = one.name
LEFT JOIN LATERAL (
  SELECT id, from_date, finished_at FROM reconciliation_runs
  WHERE kind = 'nightly' AND status = 'succeeded' ORDER BY from_date DESC LIMIT 1) AS n ON true
LEFT JOIN LATERAL (
  SELECT id, from_date, attempts, failures, finished_at, next_try_at, error_code, error FROM nightly_runs_failed
  ORDER BY requested_at, from_date LIMIT 1) AS f ON true
