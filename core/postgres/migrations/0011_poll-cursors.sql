-- Up Migration
-- How far each poller of Stripe's lists has read.

CREATE TABLE poll_cursors (
  name       text PRIMARY KEY,
  -- Everything that Stripe showed up to here is in the inbox. A poll begins an overlap before it.
  at         timestamptz NOT NULL,
  due_at     timestamptz NOT NULL,
  -- Code of the error that ended the last poll early; null when it came to its end.
  failure    text,
  updated_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON poll_cursors TO tillwatch_app;
