-- Up Migration
-- What the reconciler needs to know every category of exception (architecture §3.2).

INSERT INTO ledger_accounts (code, kind, description) VALUES
  ('stripe:transfers', 'asset', 'Moved from the Stripe balance to other accounts at Stripe'),
  ('revenue:stripe_platform', 'revenue', 'Earned from accounts connected at Stripe'),
  ('expense:stripe_issuing', 'expense', 'Paid with cards issued at Stripe'),
  ('liability:unreconciled_funds', 'liability', 'Sent by customers to Stripe without saying what for');

-- A row whose exception a person has decided is neither open nor right by itself.
ALTER TABLE pairings
  DROP CONSTRAINT pairings_state_check,
  ADD CONSTRAINT pairings_state_check CHECK (state IN ('matched', 'explained', 'exception', 'adjusted'));

-- By how much Stripe's balance is off since each date, in minor units, signed: what Stripe has more is above 0. Carried from run
-- to run, so that the next date does not find again what an earlier one left; 0 is gone.
CREATE TABLE balance_drifts (
  balance_type  text NOT NULL,
  currency      text NOT NULL,
  business_date date NOT NULL,
  amount        bigint NOT NULL,
  run_id        text NOT NULL REFERENCES reconciliation_runs (id),
  PRIMARY KEY (balance_type, currency, business_date)
);

-- What an item brought to its payout when Stripe first listed it: what changes later is the row's own fault.
ALTER TABLE payout_items
  ADD COLUMN first_net      bigint,
  ADD COLUMN first_currency text;

GRANT SELECT, INSERT, UPDATE ON balance_drifts TO tillwatch_app;
