-- Up Migration
-- What the engine keeps besides 0024: to which incident an alert belongs and since when it is told, who leads in a way that no
-- clock can disturb, and what was held back in a storm.

ALTER TABLE alert_states
  -- The open incident that tells of this alert.
  ADD COLUMN incident_id text REFERENCES alert_incidents (id),
  -- Since when it is raised and nothing mutes it.
  ADD COLUMN loud_since timestamptz,
  -- When a person closed its incident although it was raised: it opens none again before its window has passed
  -- (docs/alerting.md). Null once it has resolved by itself.
  ADD COLUMN closed_at timestamptz;
CREATE INDEX alert_states_by_incident ON alert_states (incident_id) WHERE incident_id IS NOT NULL;

ALTER TABLE alert_leases
  -- Counts up with each new leader: whoever holds an older term commits nothing any more.
  ADD COLUMN term bigint NOT NULL DEFAULT 0,
  -- Counts up with each commit of the leader: one that stands still is a leader that hangs, whatever any clock says.
  ADD COLUMN beat bigint NOT NULL DEFAULT 0,
  -- The leader's business clock at its last beat.
  ADD COLUMN clock_at timestamptz;

-- Who had been told of what, and how often lately: the storm guard asks for both with each message.
CREATE INDEX alert_deliveries_by_contact ON alert_deliveries (channel, contact, created_at);

-- Messages that were not sent one by one because there were too many for their reader; a digest tells of them together.
CREATE TABLE alert_held (
  id           text PRIMARY KEY,
  incident_id  text NOT NULL REFERENCES alert_incidents (id),
  channel      text NOT NULL,
  contact      text NOT NULL,
  notice       jsonb NOT NULL,
  held_at      timestamptz NOT NULL,
  -- When the digest that tells of it was written.
  told_at      timestamptz
);
CREATE INDEX alert_held_waiting ON alert_held (channel, contact) WHERE told_at IS NULL;
CREATE INDEX alert_held_told ON alert_held (channel, contact, told_at) WHERE told_at IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON alert_held TO tillwatch_app;
