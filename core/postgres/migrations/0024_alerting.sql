-- Up Migration
-- What the alerting engine remembers between two evaluations: how alerts stand, the incidents that people are told of,
-- what happened to them, and who asked for silence.

-- One row per rule and set of labels that was ever not quiet.
CREATE TABLE alert_states (
  rule        text NOT NULL,
  -- The labels in one spelling (alerting/domain/labels.ts): the identity of the alert within its rule.
  labels_key  text NOT NULL,
  labels      jsonb NOT NULL,
  phase       text NOT NULL CHECK (phase IN ('inactive', 'pending', 'firing', 'recovering')),
  since       timestamptz NOT NULL,
  -- Evaluations in a row without data, and in a row that failed.
  missing     integer NOT NULL DEFAULT 0 CHECK (missing >= 0),
  failing     integer NOT NULL DEFAULT 0 CHECK (failing >= 0),
  -- What the last evaluation made of it (alerting/domain/rule.ts, Judgement).
  judgement   jsonb,
  updated_at  timestamptz NOT NULL,
  PRIMARY KEY (rule, labels_key)
);

CREATE TABLE alert_incidents (
  id            text PRIMARY KEY,
  -- Names the group of alerts for pager and mail: the same for every message of the incident.
  key           text NOT NULL,
  rule          text NOT NULL,
  severity      text NOT NULL CHECK (severity IN ('critical', 'warning', 'info')),
  labels        jsonb NOT NULL,
  headline      text NOT NULL,
  -- Who is told by its steps; an open incident keeps the policy with which it was opened.
  policy        jsonb NOT NULL,
  opened_at     timestamptz NOT NULL,
  -- From when its steps are counted: when it opened, or when its acknowledgement expired.
  counted_from  timestamptz NOT NULL,
  told_steps    integer NOT NULL DEFAULT 0 CHECK (told_steps >= 0),
  -- Messages so far; each message has its number.
  messages      integer NOT NULL DEFAULT 0 CHECK (messages >= 0),
  acked_at      timestamptz,
  acked_by      text,
  acked_via     text CHECK (acked_via IN ('mail', 'api', 'ui', 'pager')),
  -- Why nobody is told further now: a silence or another incident; null when it is loud.
  muted_by      text,
  resolved_at   timestamptz,
  resolved_by   text,
  -- The newest notice, as it was sent.
  notice        jsonb,
  version       integer NOT NULL DEFAULT 1,
  CHECK ((acked_at IS NULL) = (acked_by IS NULL))
);
-- However many engines and evaluations: one open incident per group.
CREATE UNIQUE INDEX alert_incidents_open ON alert_incidents (key) WHERE resolved_at IS NULL;
CREATE INDEX alert_incidents_by_time ON alert_incidents (opened_at DESC, id DESC);

CREATE TABLE alert_timeline (
  seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  incident_id  text NOT NULL REFERENCES alert_incidents (id),
  at           timestamptz NOT NULL,
  what         text NOT NULL CHECK (what IN (
    'opened', 'joined', 'left', 'told', 'muted', 'unmuted', 'acked', 'unacked', 'ack_expired', 'noted', 'resolved')),
  by           text NOT NULL,
  detail       jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX alert_timeline_by_incident ON alert_timeline (incident_id, seq);

CREATE TABLE alert_silences (
  id          text PRIMARY KEY,
  matchers    jsonb NOT NULL,
  author      text NOT NULL,
  reason      text NOT NULL CHECK (reason <> ''),
  from_at     timestamptz NOT NULL,
  until_at    timestamptz NOT NULL,
  created_at  timestamptz NOT NULL,
  -- Ended before its time, and by whom; the row stays.
  ended_at    timestamptz,
  ended_by    text,
  CHECK (until_at > from_at),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX alert_silences_by_end ON alert_silences (until_at);

-- One row per evaluation, kept for a week: what each rule saw. Graphs of an incident are drawn from it.
CREATE TABLE alert_evaluations (
  at       timestamptz PRIMARY KEY,
  leader   text NOT NULL,
  took_ms  integer NOT NULL,
  -- [{rule, labels, finding, value, line, numerator, denominator, phase}]
  results  jsonb NOT NULL
);

-- Which process evaluates; another takes over when the lease has run out.
CREATE TABLE alert_leases (
  name    text PRIMARY KEY,
  holder  text NOT NULL,
  until   timestamptz NOT NULL
);

-- What processes say of themselves every few seconds: that they live, and counts that no other store holds
-- (HTTP answers by class, calls to Stripe by outcome). Kept for an hour.
CREATE TABLE service_pulses (
  process   text NOT NULL,
  at        timestamptz NOT NULL,
  services  text[] NOT NULL,
  -- Counts since the pulse before: {"http_requests":{"2xx":10},"stripe_requests":{"ok":3}}
  counts    jsonb NOT NULL,
  PRIMARY KEY (process, at)
);
CREATE INDEX service_pulses_by_time ON service_pulses (at);

GRANT SELECT, INSERT, UPDATE ON alert_states, alert_incidents, alert_silences, alert_leases TO tillwatch_app;
GRANT SELECT, INSERT ON alert_timeline TO tillwatch_app;
GRANT SELECT, INSERT, DELETE ON alert_evaluations, service_pulses TO tillwatch_app;
