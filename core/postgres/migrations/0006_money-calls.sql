-- Up Migration
-- What a money call needs to be resumed after a crash, and attempts that were already told to the world.

ALTER TABLE idempotency_keys
  -- Who is at it now: the number of a session-level advisory lock that lives and dies with its process; null when nobody is.
  ADD COLUMN owner integer,
  -- Whose eyes the answer is for: a cashier is not told that a card was stolen.
  ADD COLUMN role text NOT NULL,
  ADD COLUMN token_id text NOT NULL,
  ADD COLUMN request_body jsonb NOT NULL;
CREATE INDEX idempotency_keys_by_object ON idempotency_keys (object_id);

ALTER TABLE payments
  -- Charges (or other names of an attempt) whose outcome was recorded; each counts once whoever brings it, however often.
  ADD COLUMN attempts text[] NOT NULL DEFAULT '{}';
CREATE INDEX payments_by_till ON payments (till_id, created_at DESC, id DESC);
CREATE INDEX payments_by_external_ref ON payments (external_ref) WHERE external_ref IS NOT NULL;
CREATE INDEX payments_by_customer_ref ON payments (customer_ref) WHERE customer_ref IS NOT NULL;
CREATE INDEX payments_by_card_last4 ON payments (card_last4) WHERE card_last4 IS NOT NULL;
CREATE INDEX journal_entries_by_sale ON journal_entries (sale_id);
