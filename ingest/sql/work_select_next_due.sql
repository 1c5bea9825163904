-- When something of the worker's is due next, after $1: a failed event's next try, a poll ($2: there is a poller), another look
-- at an unanswered money call ($3: there is a completer). Null when nothing is.
SELECT least(
  (SELECT min(next_attempt_at) FROM webhook_events WHERE status = 'failed' AND next_attempt_at > $1),
  (SELECT min(due_at) FROM poll_cursors WHERE due_at > $1 AND $2::boolean),
  (SELECT min(look_at) FROM idempotency_keys
   WHERE status = 'started' AND recovery_point <> 'use_reader' AND look_at > $1 AND $3::boolean),
  (SELECT min(look_at) FROM reader_actions WHERE ended_at IS NULL AND look_at > $1)
) AS due
