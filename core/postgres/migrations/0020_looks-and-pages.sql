-- Up Migration
-- Runs of every kind, pages of Stripe's lists that a killed run need not read again, and the looks between two nights.

ALTER TABLE reconciliation_runs DROP CONSTRAINT reconciliation_runs_kind_check;
ALTER TABLE reconciliation_runs ADD CONSTRAINT reconciliation_runs_kind_check
  CHECK (kind IN ('nightly', 'manual', 'continuous', 'full'));
ALTER TABLE reconciliation_runs DROP CONSTRAINT reconciliation_runs_check1;
ALTER TABLE reconciliation_runs ADD CONSTRAINT reconciliation_runs_check1
  CHECK (kind IN ('manual', 'full') OR (from_date = to_date AND NOT dry_run));

-- Pages that a run has read of one of Stripe's lists, in their order; deleted when the run ends.
CREATE TABLE reconciliation_pages (
  run_id   text NOT NULL REFERENCES reconciliation_runs (id),
  -- Which list, and what it was asked for.
  list     text NOT NULL,
  position integer NOT NULL CHECK (position > 0),
  -- Last object of the page: the next page starts after it.
  cursor   text NOT NULL,
  objects  text NOT NULL,
  read_at  timestamptz NOT NULL,
  PRIMARY KEY (run_id, list, position)
);

-- The looks between two nights: one row, the last one.
CREATE TABLE reconciliation_looks (
  name          text PRIMARY KEY,
  -- Everything that Stripe showed up to here was looked at. A look begins an overlap before it.
  looked_at     timestamptz,
  due_at        timestamptz NOT NULL,
  looks         bigint NOT NULL DEFAULT 0,
  rows_seen     integer NOT NULL DEFAULT 0,
  payouts_seen  integer NOT NULL DEFAULT 0,
  examined      integer NOT NULL DEFAULT 0,
  submitted     boolean NOT NULL DEFAULT false,
  failing_since timestamptz,
  error_code    text,
  error         text,
  -- The last one that opened, changed or healed an exception.
  run_id        text REFERENCES reconciliation_runs (id),
  updated_at    timestamptz NOT NULL
);

-- What looks have dealt with, as it was shown then; forgotten when a nightly run has it in the mirror.
CREATE TABLE reconciliation_look_objects (
  id     text PRIMARY KEY,
  source text,
  digest text NOT NULL,
  at     timestamptz NOT NULL
);
CREATE INDEX reconciliation_look_objects_by_source ON reconciliation_look_objects (source);
CREATE INDEX reconciliation_look_objects_by_time ON reconciliation_look_objects (at);

-- Which movements fall due between two looks; entries come roughly in the order of time.
CREATE INDEX journal_entries_by_occurred_at ON journal_entries USING brin (occurred_at);

GRANT SELECT, INSERT, DELETE ON reconciliation_pages TO tillwatch_app;
GRANT SELECT, INSERT, UPDATE ON reconciliation_looks TO tillwatch_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON reconciliation_look_objects TO tillwatch_app;
