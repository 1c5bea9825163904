-- Since when each queue's oldest piece of work is due, null where nothing is: always the same rows. $1 at.
SELECT 'completer' AS queue,
       (SELECT min(greatest(look_at, created_at)) FROM idempotency_keys
        WHERE status = 'started' AND recovery_point <> 'use_reader' AND look_at <= $1) AS due_since
UNION ALL
SELECT 'poller', (SELECT min(due_at) FROM poll_cursors WHERE due_at <= $1)
UNION ALL
SELECT 'readers', (SELECT min(look_at) FROM reader_actions WHERE ended_at IS NULL AND look_at <= $1)
UNION ALL
SELECT 'reconcile', (SELECT min(requested_at) FROM reconciliation_runs WHERE status = 'pending' AND requested_at <= $1)
UNION ALL
SELECT 'looks', (SELECT min(due_at) FROM reconciliation_looks WHERE due_at <= $1)
UNION ALL
SELECT 'notifications', (SELECT min(next_attempt_at) FROM alert_deliveries WHERE status = 'pending' AND next_attempt_at <= $1)
