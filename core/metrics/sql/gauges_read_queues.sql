-- What is due in each queue of work at $1, and since when the oldest of it is: always the same rows.
SELECT 'completer' AS queue, count(*)::integer AS due, min(greatest(look_at, created_at)) AS since
FROM idempotency_keys WHERE status = 'started' AND recovery_point <> 'use_reader' AND look_at <= $1
UNION ALL
SELECT 'poller', count(*)::integer, min(due_at) FROM poll_cursors WHERE due_at <= $1
UNION ALL
SELECT 'readers', count(*)::integer, min(look_at) FROM reader_actions WHERE ended_at IS NULL AND look_at <= $1
UNION ALL
SELECT 'reconcile', count(*)::integer, min(requested_at) FROM reconciliation_runs WHERE status = 'pending' AND requested_at <= $1
UNION ALL
SELECT 'looks', count(*)::integer, min(due_at) FROM reconciliation_looks WHERE due_at <= $1
UNION ALL
SELECT 'notifications', count(*)::integer, min(next_attempt_at) FROM alert_deliveries
WHERE status = 'pending' AND next_attempt_at <= $1
UNION ALL
SELECT 'receipts', count(*)::integer, min(next_attempt_at) FROM receipt_mails
WHERE status = 'pending' AND next_attempt_at <= $1
