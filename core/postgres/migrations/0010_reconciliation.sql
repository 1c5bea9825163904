-- Up Migration
-- Reconciliation: Stripe's balance transactions as they were seen, what each was paired with, what does not agree,
-- and the chain of certificates that prove each date.

CREATE TABLE reconciliation_runs (
  id           text PRIMARY KEY,
  kind         text NOT NULL CHECK (kind IN ('nightly', 'manual')),
  from_date    date NOT NULL,
  to_date      date NOT NULL CHECK (to_date >= from_date),
  dry_run      boolean NOT NULL DEFAULT false,
  status       text NOT NULL CHECK (status IN ('pending', 'running', 'succeeded', 'failed')),
  attempts     integer NOT NULL DEFAULT 0,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  started_at   timestamptz,
  finished_at  timestamptz,
  error_code   text,
  error        text,
  summary      jsonb,
  CHECK (kind = 'manual' OR (from_date = to_date AND NOT dry_run))
);
-- A date's nightly run is asked for once, whoever asks.
CREATE UNIQUE INDEX reconciliation_runs_nightly ON reconciliation_runs (from_date) WHERE kind = 'nightly';
CREATE INDEX reconciliation_runs_unfinished ON reconciliation_runs (requested_at, from_date) WHERE status <> 'succeeded';
CREATE INDEX reconciliation_runs_by_time ON reconciliation_runs (requested_at DESC, id DESC);

-- Mirror of Stripe's rows. A row that changed, vanished (gone) or came back is a new version; the highest is current.
CREATE TABLE balance_transactions (
  id                 text NOT NULL,
  version            integer NOT NULL CHECK (version > 0),
  balance_type       text NOT NULL,
  type               text NOT NULL,
  reporting_category text NOT NULL,
  source             text,
  amount             bigint NOT NULL,
  fee                bigint NOT NULL,
  net                bigint NOT NULL,
  currency           text NOT NULL,
  stripe_created     timestamptz NOT NULL,
  business_date      date NOT NULL,
  available_on       timestamptz NOT NULL,
  description        text,
  exchange_rate      text,
  gone               boolean NOT NULL,
  first_seen_at      timestamptz NOT NULL,
  run_id             text NOT NULL REFERENCES reconciliation_runs (id),
  PRIMARY KEY (id, version)
);
CREATE INDEX balance_transactions_by_date ON balance_transactions (business_date);
CREATE INDEX balance_transactions_by_source ON balance_transactions (source);
CREATE INDEX balance_transactions_by_time ON balance_transactions (stripe_created, id);

CREATE TRIGGER balance_transactions_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON balance_transactions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE VIEW balance_transactions_current AS
SELECT b.* FROM balance_transactions b
WHERE NOT EXISTS (SELECT 1 FROM balance_transactions newer WHERE newer.id = b.id AND newer.version > b.version);

-- Which rows Stripe said a payout is made of; a row that once was an item stays known as one.
CREATE TABLE payout_items (
  payout_id              text NOT NULL,
  balance_transaction_id text NOT NULL,
  run_id                 text NOT NULL REFERENCES reconciliation_runs (id),
  PRIMARY KEY (payout_id, balance_transaction_id)
);
CREATE INDEX payout_items_by_row ON payout_items (balance_transaction_id);

-- What the last look at a payout found; `complete` when Stripe had itemised it, or never will.
CREATE TABLE payout_checks (
  payout_id text PRIMARY KEY,
  amount    bigint NOT NULL,
  status    text NOT NULL,
  complete  boolean NOT NULL,
  items     integer NOT NULL,
  items_net bigint NOT NULL,
  run_id    text NOT NULL REFERENCES reconciliation_runs (id)
);

-- What a row was settled against. Live while ended_run_id is null: one per row, and one per movement of the ledger.
CREATE TABLE pairings (
  balance_transaction_id text NOT NULL,
  revision               integer NOT NULL,
  version                integer NOT NULL,
  state                  text NOT NULL CHECK (state IN ('matched', 'explained', 'exception')),
  category               text,
  movement_key           text,
  movement_entry         text REFERENCES journal_entries (id),
  counterpart            text,
  plan                   text NOT NULL,
  settlement_entry       text REFERENCES journal_entries (id),
  run_id                 text NOT NULL REFERENCES reconciliation_runs (id),
  ended_run_id           text REFERENCES reconciliation_runs (id),
  PRIMARY KEY (balance_transaction_id, revision),
  FOREIGN KEY (balance_transaction_id, version) REFERENCES balance_transactions (id, version)
);
CREATE UNIQUE INDEX pairings_live_row ON pairings (balance_transaction_id) WHERE ended_run_id IS NULL;
CREATE UNIQUE INDEX pairings_live_movement ON pairings (movement_key) WHERE ended_run_id IS NULL;
CREATE INDEX pairings_live_exceptions ON pairings (balance_transaction_id) WHERE ended_run_id IS NULL AND state = 'exception';

-- One row per (category, object) for its whole life; each change is also a row of exception_history.
CREATE TABLE exceptions (
  id               text PRIMARY KEY,
  category         text NOT NULL,
  object           text NOT NULL,
  status           text NOT NULL CHECK (status IN ('open', 'resolved')),
  healed           boolean NOT NULL DEFAULT false,
  severity         text NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
  currency         text NOT NULL,
  expected         bigint NOT NULL,
  actual           bigint NOT NULL,
  difference       bigint NOT NULL,
  business_date    date NOT NULL,
  payment_id       text REFERENCES payments (id),
  details          jsonb NOT NULL,
  version          integer NOT NULL,
  opened_run_id    text NOT NULL REFERENCES reconciliation_runs (id),
  last_seen_run_id text NOT NULL REFERENCES reconciliation_runs (id),
  resolved_run_id  text REFERENCES reconciliation_runs (id),
  first_seen_at    timestamptz NOT NULL,
  last_seen_at     timestamptz NOT NULL,
  resolved_at      timestamptz,
  UNIQUE (category, object),
  CHECK (difference = actual - expected),
  CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)),
  CHECK ((status = 'resolved') = (resolved_run_id IS NOT NULL)),
  CHECK (status = 'resolved' OR NOT healed)
);
CREATE INDEX exceptions_open ON exceptions (business_date) WHERE status = 'open';
CREATE INDEX exceptions_by_date ON exceptions (business_date DESC, id DESC);

CREATE TABLE exception_history (
  exception_id text NOT NULL REFERENCES exceptions (id),
  version      integer NOT NULL,
  change       text NOT NULL CHECK (change IN ('opened', 'changed', 'resolved', 'reopened')),
  expected     bigint NOT NULL,
  actual       bigint NOT NULL,
  difference   bigint NOT NULL,
  at           timestamptz NOT NULL,
  run_id       text NOT NULL REFERENCES reconciliation_runs (id),
  PRIMARY KEY (exception_id, version)
);

-- The chain: seq has no holes, previous_digest is the digest of seq - 1. Rows never change; a new truth is a new version.
CREATE TABLE certificates (
  id               text PRIMARY KEY,
  seq              bigint NOT NULL UNIQUE CHECK (seq > 0),
  business_date    date NOT NULL,
  currency         text NOT NULL,
  balance_type     text NOT NULL,
  version          integer NOT NULL CHECK (version > 0),
  opening          bigint NOT NULL,
  closing          bigint NOT NULL,
  totals           jsonb NOT NULL,
  counts           jsonb NOT NULL,
  exceptions       jsonb NOT NULL,
  open_exceptions  integer NOT NULL,
  clean            boolean NOT NULL,
  changes          jsonb NOT NULL,
  stripe_snapshot  jsonb,
  ledger_net       bigint NOT NULL,
  currency_net     bigint NOT NULL,
  tills            jsonb NOT NULL,
  content_digest   text NOT NULL,
  previous_digest  text NOT NULL,
  digest           text NOT NULL,
  issued_at        timestamptz NOT NULL,
  run_id           text NOT NULL REFERENCES reconciliation_runs (id),
  UNIQUE (business_date, currency, balance_type, version)
);
CREATE INDEX certificates_by_run ON certificates (run_id);

-- Which dates got entries since the last certificate; entries come in the order of time.
CREATE INDEX journal_entries_by_recorded_at ON journal_entries USING brin (recorded_at);

CREATE TABLE certificate_rows (
  certificate_id         text NOT NULL REFERENCES certificates (id),
  position               integer NOT NULL,
  balance_transaction_id text NOT NULL,
  version                integer NOT NULL,
  state                  text NOT NULL,
  category               text,
  counterpart            text,
  PRIMARY KEY (certificate_id, position),
  FOREIGN KEY (balance_transaction_id, version) REFERENCES balance_transactions (id, version)
);

CREATE TABLE certificate_outstanding (
  certificate_id text NOT NULL REFERENCES certificates (id),
  position       integer NOT NULL,
  account        text NOT NULL,
  object         text NOT NULL,
  movement_key   text NOT NULL,
  currency       text NOT NULL,
  amount         bigint NOT NULL,
  occurred_at    timestamptz NOT NULL,
  state          text NOT NULL CHECK (state IN ('timing', 'exception')),
  PRIMARY KEY (certificate_id, position)
);

CREATE TRIGGER certificates_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON certificates
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificate_rows_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON certificate_rows
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificate_outstanding_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON certificate_outstanding
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exception_history_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON exception_history
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE ON reconciliation_runs, payout_checks, pairings, exceptions TO tillwatch_app;
GRANT SELECT, INSERT ON balance_transactions, payout_items, exception_history, certificates, certificate_rows,
  certificate_outstanding TO tillwatch_app;
GRANT SELECT ON balance_transactions_current TO tillwatch_app;
