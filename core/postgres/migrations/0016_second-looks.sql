-- Up Migration
-- Looks that come again later, by rows: no clock stands still for what nobody can do now, and an outage of Stripe is nobody's
-- fault. And who was first to tell of a payout, as payments and refunds have it.

ALTER TABLE idempotency_keys
  -- When the completer may look at a call that was left without an answer; a call that comes again does not wait for it.
  ADD COLUMN look_at timestamptz NOT NULL DEFAULT '-infinity',
  -- Looks that brought no answer.
  ADD COLUMN looks integer NOT NULL DEFAULT 0;
-- Finished keys are forgotten after their seven days: rows come in the order of time.
CREATE INDEX idempotency_keys_by_age ON idempotency_keys USING brin (created_at) WITH (pages_per_range = 32);

ALTER TABLE webhook_events
  -- Tries put off because Stripe was away; they do not count as attempts.
  ADD COLUMN postponed integer NOT NULL DEFAULT 0;

ALTER TABLE payouts
  ADD COLUMN first_writer text CHECK (first_writer IN ('api', 'webhook', 'poller', 'completer', 'reconciler'));
