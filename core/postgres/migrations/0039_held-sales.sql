-- Up Migration
-- Sales that a till put aside with a word about whose they are (runbook section 3, "hold items"), to be taken up again.

ALTER TABLE sales
  ADD COLUMN held_at timestamptz,
  ADD COLUMN held_note text,
  ADD CONSTRAINT sales_held_whole CHECK ((held_at IS NULL) = (held_note IS NULL));
CREATE INDEX sales_held ON sales (till_id, held_at) WHERE held_at IS NOT NULL AND status = 'open';
