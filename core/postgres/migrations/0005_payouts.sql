-- Up Migration
-- Payouts as Stripe last described them; the ledger has their money.

CREATE TABLE payouts (
  id                          text PRIMARY KEY,
  currency                    text NOT NULL,
  amount                      bigint NOT NULL,
  status                      text NOT NULL,
  automatic                   boolean NOT NULL,
  method                      text NOT NULL,
  arrival_at                  timestamptz NOT NULL,
  stripe_created              timestamptz NOT NULL,
  balance_transaction         text,
  failure_balance_transaction text,
  failure_code                text,
  reconciliation_status       text NOT NULL,
  trace_id                    text,
  updated_at                  timestamptz NOT NULL
);
CREATE INDEX payouts_by_time ON payouts (stripe_created DESC, id DESC);

GRANT SELECT, INSERT, UPDATE ON payouts TO tillwatch_app;
