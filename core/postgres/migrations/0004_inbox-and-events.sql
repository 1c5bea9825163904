-- Up Migration
-- What Stripe told us (inbox), and what we tell ClickHouse (events, kept for ever and relayed in frozen batches).

CREATE TABLE webhook_events (
  id              text PRIMARY KEY,
  seq             bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  type            text NOT NULL,
  object_type     text NOT NULL,
  object_id       text NOT NULL,
  source          text NOT NULL CHECK (source IN ('webhook', 'poller', 'reconciler')),
  payload         text NOT NULL,
  stripe_created  timestamptz NOT NULL,
  received_at     timestamptz NOT NULL,
  status          text NOT NULL DEFAULT 'received' CHECK (status IN ('received', 'processing', 'processed', 'failed', 'parked')),
  attempts        integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  result          text,
  last_error      text,
  processed_at    timestamptz
);
CREATE INDEX webhook_events_open ON webhook_events (next_attempt_at, seq) WHERE status IN ('received', 'processing', 'failed');
CREATE INDEX webhook_events_by_time ON webhook_events (received_at DESC, id DESC);
CREATE INDEX webhook_events_by_object ON webhook_events (object_id);

CREATE TABLE relay_batches (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  frozen_at  timestamptz NOT NULL,
  relayed_at timestamptz
);
CREATE INDEX relay_batches_open ON relay_batches (id) WHERE relayed_at IS NULL;

CREATE TABLE events (
  id          text PRIMARY KEY,
  seq         bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  type        text NOT NULL,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  payment_id  text,
  body        jsonb NOT NULL,
  batch_id    bigint REFERENCES relay_batches (id)
);
CREATE INDEX events_unbatched ON events (seq) WHERE batch_id IS NULL;
CREATE INDEX events_by_batch ON events (batch_id);
CREATE INDEX events_by_payment ON events (payment_id);

GRANT SELECT, INSERT, UPDATE ON webhook_events, relay_batches, events TO tillwatch_app;
