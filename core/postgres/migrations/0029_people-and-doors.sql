-- Up Migration
-- What comes in from outside about alerts: the pager's own events, and the pulse of the second path.

-- Events of the pager that were applied, so that each counts once.
CREATE TABLE alert_pager_events (
  id      text PRIMARY KEY,
  type    text NOT NULL,
  result  text NOT NULL CHECK (result IN ('done', 'ignored')),
  at      timestamptz NOT NULL
);

-- When somebody who watches us was heard last: Alertmanager sends its Watchdog every minute.
CREATE TABLE alert_heartbeats (
  name  text PRIMARY KEY,
  at    timestamptz NOT NULL
);

GRANT SELECT, INSERT ON alert_pager_events TO tillwatch_app;
GRANT SELECT, INSERT, UPDATE ON alert_heartbeats TO tillwatch_app;
