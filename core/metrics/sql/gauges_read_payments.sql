-- Payments, disputes, payouts and events at $1: one row. $2: accepted before it and still processing is stuck; $3: evidence due until.
SELECT
  (SELECT count(*) FROM payments WHERE status = 'processing' AND accepted_at < $2)::integer AS stuck,
  (SELECT count(*) FROM disputes WHERE closed_at IS NULL)::integer AS disputes_open,
  (SELECT count(*) FROM disputes
   WHERE status IN ('needs_response', 'warning_needs_response') AND due_by > $1 AND due_by <= $3)::integer AS evidence_due,
  (SELECT min(arrival_at) FROM payouts
   WHERE status NOT IN ('paid', 'failed', 'canceled') AND arrival_at < $1) AS payout_since,
  (SELECT min(recorded_at) FROM events WHERE batch_id IS NULL) AS outbox_oldest,
  (SELECT min(e.recorded_at) FROM events e JOIN relay_batches b ON b.id = e.batch_id WHERE b.relayed_at IS NULL) AS batch_oldest
