-- What the worker still has to do at $1: events to apply, events to relay, money calls that somebody is at or that the
-- completer may look at now (one whose look brought nothing is due later), polls that are due
-- or running (a poll stays due until it has ended, well or badly). One row.
SELECT
  (SELECT count(*) FROM webhook_events
   WHERE status IN ('received', 'processing')
      OR (status = 'failed' AND next_attempt_at <= $1))::integer AS inbox,
  (SELECT count(*) FROM events WHERE batch_id IS NULL)::integer
  + (SELECT count(*) FROM relay_batches JOIN events ON events.batch_id = relay_batches.id
     WHERE relay_batches.relayed_at IS NULL)::integer AS relay,
  (SELECT count(*) FROM idempotency_keys WHERE status = 'started' AND recovery_point <> 'use_reader' AND (owner IS NOT NULL OR look_at <= $1))::integer
  + (SELECT count(*) FROM reader_actions WHERE ended_at IS NULL AND look_at <= $1)::integer AS completer,
  (SELECT count(*) FROM poll_cursors WHERE due_at <= $1)::integer AS poller
