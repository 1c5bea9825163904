-- Up Migration
-- Card readers: which of Stripe's each of ours is, and every time that a payment was handed to one.

CREATE TABLE readers (
  id            text PRIMARY KEY,
  stripe_reader text NOT NULL,
  updated_at    timestamptz NOT NULL
);

CREATE TABLE reader_actions (
  id              text PRIMARY KEY,
  reader_id       text NOT NULL,
  stripe_reader   text NOT NULL,
  payment_id      text NOT NULL REFERENCES payments (id),
  -- The money call that asked for it; its answer is kept when the action ends.
  key             text NOT NULL,
  -- This action made the payment, rather than being another attempt at it.
  is_first        boolean NOT NULL,
  -- creating: the PaymentIntent; handing: to the reader, whose answer nobody knows yet; then the reader's own.
  status          text NOT NULL CHECK (status IN ('creating', 'handing', 'in_progress', 'succeeded', 'failed', 'canceled')),
  -- How often it was handed over: each time is a Stripe key of its own.
  hands           integer NOT NULL DEFAULT 1,
  failure_code    text,
  failure_message text,
  started_at      timestamptz NOT NULL,
  -- When a reader that still works is told to stop.
  due_at          timestamptz NOT NULL,
  -- When Stripe is asked next; null once it has ended.
  look_at         timestamptz,
  ended_at        timestamptz,
  CHECK ((ended_at IS NULL) = (status IN ('creating', 'handing', 'in_progress'))),
  CHECK ((ended_at IS NULL) = (look_at IS NOT NULL))
);
-- A reader works for one payment at a time, and a payment is at one reader.
CREATE UNIQUE INDEX reader_actions_one_per_reader ON reader_actions (stripe_reader) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX reader_actions_one_per_payment ON reader_actions (payment_id) WHERE ended_at IS NULL;
CREATE INDEX reader_actions_by_payment ON reader_actions (payment_id, started_at);
CREATE INDEX reader_actions_due ON reader_actions (look_at) WHERE ended_at IS NULL;

GRANT SELECT, INSERT, UPDATE ON readers, reader_actions TO tillwatch_app;
