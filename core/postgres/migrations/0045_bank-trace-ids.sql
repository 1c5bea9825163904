-- Up Migration
-- The bank's reference of a payout, by which a bookkeeper finds it on the bank's statement (Stripe's payout.trace_id), apart
-- from trace_id, which is ours. And when a payout came back no longer moves with later snapshots.

ALTER TABLE payouts
  -- The value; Stripe learns it from the bank up to ten days after the payout arrived, or never.
  ADD COLUMN bank_trace_id text,
  -- As Stripe names it: pending, supported, unsupported. Null as long as Stripe told us nothing of it; only unsupported says
  -- that there is none.
  ADD COLUMN bank_trace_status text,
  ADD CONSTRAINT payouts_bank_trace_whole
    CHECK ((bank_trace_id IS NOT NULL) = (bank_trace_status IS NOT DISTINCT FROM 'supported'));

-- Those that came back before returned_at was kept: the instant that payout_movements showed for them until now.
UPDATE payouts SET returned_at = updated_at WHERE returned_at IS NULL AND status IN ('failed', 'canceled');
