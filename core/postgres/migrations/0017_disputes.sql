-- Up Migration
-- Disputes and early fraud warnings as Stripe last described them, what of their money is posted, and how a payout that came
-- back is named to whoever lists movements.

INSERT INTO ledger_accounts (code, kind, description) VALUES
  ('expense:disputes_lost', 'expense', 'Disputed money that will not come back');

-- One row per dispute of a payment of ours; an inquiry is one too, before it takes money.
CREATE TABLE disputes (
  id                   text PRIMARY KEY,
  payment_id           text NOT NULL REFERENCES payments (id),
  stripe_charge        text NOT NULL,
  -- The charge's currency, which may be another one than its balance transactions have.
  currency             text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  amount               bigint NOT NULL CHECK (amount > 0),
  -- Stripe's status; the list is open.
  status               text NOT NULL,
  reason               text NOT NULL,
  network_reason_code  text,
  -- Until when the shop can answer.
  due_by               timestamptz,
  is_charge_refundable boolean NOT NULL,
  has_evidence         boolean NOT NULL,
  opened_at            timestamptz NOT NULL,
  closed_at            timestamptz,
  -- Balance transactions that Stripe showed with it: they only ever become more.
  rows_seen            integer NOT NULL CHECK (rows_seen >= 0),
  -- How often money was taken and brought back, and how much of it is posted; minor units of currency.
  withdrawals          integer NOT NULL DEFAULT 0,
  reinstatements       integer NOT NULL DEFAULT 0 CHECK (reinstatements BETWEEN 0 AND withdrawals),
  amount_withdrawn     bigint NOT NULL DEFAULT 0 CHECK (amount_withdrawn >= 0),
  amount_reinstated    bigint NOT NULL DEFAULT 0 CHECK (amount_reinstated >= 0),
  -- What of it stands in expense:disputes_lost, and by how many entries.
  amount_lost          bigint NOT NULL DEFAULT 0,
  write_offs           integer NOT NULL DEFAULT 0,
  -- The moment of which the newest snapshot tells.
  as_of                timestamptz NOT NULL,
  first_writer         text NOT NULL CHECK (first_writer IN ('api', 'webhook', 'poller', 'completer', 'reconciler')),
  trace_id             text NOT NULL,
  created_at           timestamptz NOT NULL,
  updated_at           timestamptz NOT NULL
);
CREATE INDEX disputes_by_payment ON disputes (payment_id);
CREATE INDEX disputes_by_time ON disputes (opened_at DESC, id DESC);
CREATE INDEX disputes_to_answer ON disputes (due_by)
  WHERE status IN ('needs_response', 'warning_needs_response', 'appeal_needs_response');

-- A bank's word that a card may have been used by somebody else. It moves no money.
CREATE TABLE fraud_warnings (
  id            text PRIMARY KEY,
  payment_id    text NOT NULL REFERENCES payments (id),
  stripe_charge text NOT NULL,
  fraud_type    text NOT NULL,
  -- False once the charge is refunded or disputed: nothing is left to be done.
  actionable    boolean NOT NULL,
  warned_at     timestamptz NOT NULL,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL
);
CREATE INDEX fraud_warnings_by_payment ON fraud_warnings (payment_id);

GRANT SELECT, INSERT, UPDATE ON disputes, fraud_warnings TO tillwatch_app;

ALTER TABLE payouts
  -- A reversal is a payout below zero that names the one whose money it brings back; and the other way round.
  ADD COLUMN original_payout text,
  ADD COLUMN reversed_by text,
  -- When it failed or was canceled, by Stripe's event or, without one, by when we read it.
  ADD COLUMN returned_at timestamptz;

-- What balance transactions payouts must have, beside ledger_movements and with its columns: their own row, and the one that
-- brings the money back when they failed or were canceled. Amounts carry the sign that the balance transaction will have.
CREATE VIEW payout_movements AS
SELECT o.id AS movement_key, 'payout' AS kind, o.id AS stripe_object, 'clearing:payout' AS account, o.currency, -o.amount AS amount,
       o.stripe_created AS occurred_at
FROM payouts o
UNION ALL
SELECT o.id || ':reversal', 'payout_reversal', o.id, 'clearing:payout', o.currency, o.amount, coalesce(o.returned_at, o.updated_at)
FROM payouts o WHERE o.status IN ('failed', 'canceled');
GRANT SELECT ON payout_movements TO tillwatch_app;
