-- Up Migration
-- Messages to people, one row per message, channel and contact: written with what they tell of, sent after the commit.

CREATE TABLE alert_deliveries (
  id              text PRIMARY KEY,
  -- The order in which things happened; messages of one thread are sent in it.
  seq             bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  incident_id     text NOT NULL,
  channel         text NOT NULL,
  contact         text NOT NULL,
  -- All messages of an incident to one contact through one channel.
  thread          text NOT NULL,
  change          text NOT NULL CHECK (change IN ('fired', 'escalated', 'resolved')),
  notice          jsonb NOT NULL,
  status          text NOT NULL CHECK (status IN ('pending', 'sent', 'dropped', 'failed')),
  attempts        integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  -- While it is being sent; a sender that died leaves it to the next one after this.
  leased_until    timestamptz,
  created_at      timestamptz NOT NULL,
  ended_at        timestamptz,
  -- Why it was dropped, what the last attempt answered.
  reason          text,
  CHECK ((status = 'pending') = (ended_at IS NULL))
);
CREATE INDEX alert_deliveries_pending ON alert_deliveries (next_attempt_at, seq) WHERE status = 'pending';
CREATE INDEX alert_deliveries_by_thread ON alert_deliveries (thread, seq);
CREATE INDEX alert_deliveries_by_incident ON alert_deliveries (incident_id, seq);

GRANT SELECT, INSERT, UPDATE ON alert_deliveries TO tillwatch_app;
