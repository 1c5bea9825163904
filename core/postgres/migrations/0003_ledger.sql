-- Up Migration
-- The double-entry ledger: rows are only ever added, every entry sums to zero per currency.

CREATE TABLE ledger_accounts (
  code        text PRIMARY KEY,
  kind        text NOT NULL CHECK (kind IN ('asset', 'liability', 'revenue', 'expense', 'equity')),
  description text NOT NULL
);

INSERT INTO ledger_accounts (code, kind, description) VALUES
  ('stripe:balance', 'asset', 'What Stripe holds for us'),
  ('clearing:card', 'asset', 'Captured at the till, balance transaction not seen yet; one object per charge'),
  ('clearing:refund', 'asset', 'Refunded at the till, balance transaction not seen yet; one object per refund'),
  ('clearing:dispute', 'asset', 'Disputed, balance transaction not seen yet; one object per dispute'),
  ('clearing:payout', 'asset', 'Left Stripe, not yet at the bank; one object per payout'),
  ('receivable:disputes', 'asset', 'Taken back by disputes that are not decided'),
  ('bank', 'asset', 'Paid out by Stripe'),
  ('fx:position', 'asset', 'Bridge between the currency of the charge and of its settlement'),
  ('suspense', 'asset', 'What Stripe booked and nothing of ours explains; one object per balance transaction'),
  ('stripe:reserves', 'asset', 'Held back by Stripe'),
  ('revenue:sales', 'revenue', 'Sales without tax and tips'),
  ('revenue:refunds', 'revenue', 'Given back to customers'),
  ('liability:tax', 'liability', 'Tax collected'),
  ('liability:tips', 'liability', 'Tips owed to staff'),
  ('liability:refunds_owed', 'liability', 'Refunds that failed and are still owed'),
  ('liability:stripe_advances', 'liability', 'Advances and financing by Stripe'),
  ('expense:stripe_fees', 'expense', 'Processing fees and Stripe products'),
  ('expense:tax_on_fees', 'expense', 'Tax on Stripe fees'),
  ('expense:stripe_adjustments', 'expense', 'Other adjustments by Stripe'),
  ('expense:cash_over_short', 'expense', 'Difference between counted and expected cash'),
  ('equity:topups', 'equity', 'Paid into the Stripe balance by the owner'),
  ('equity:opening', 'equity', 'Balances at go-live');

CREATE TABLE journal_entries (
  id            text PRIMARY KEY,
  kind          text NOT NULL,
  source_id     text NOT NULL,
  revision      integer NOT NULL DEFAULT 1,
  occurred_at   timestamptz NOT NULL,
  recorded_at   timestamptz NOT NULL,
  business_date date NOT NULL,
  cause_kind    text NOT NULL CHECK (cause_kind IN ('event', 'call', 'run', 'person')),
  cause_id      text NOT NULL,
  corrects      text REFERENCES journal_entries (id),
  sale_id       text REFERENCES sales (id),
  payment_id    text REFERENCES payments (id),
  trace_id      text,
  -- One fact is posted once, whoever writes it first.
  UNIQUE (kind, source_id, revision)
);
CREATE INDEX journal_entries_by_payment ON journal_entries (payment_id);
CREATE INDEX journal_entries_by_business_date ON journal_entries (business_date);
CREATE INDEX journal_entries_by_source ON journal_entries (source_id);

CREATE TABLE postings (
  entry_id text NOT NULL REFERENCES journal_entries (id),
  position smallint NOT NULL,
  account  text NOT NULL REFERENCES ledger_accounts (code),
  object   text,
  currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  amount   bigint NOT NULL CHECK (amount <> 0),
  PRIMARY KEY (entry_id, position)
);
CREATE INDEX postings_by_account ON postings (account, object);
CREATE INDEX postings_by_object ON postings (object) WHERE object IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows never change', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;

CREATE TRIGGER journal_entries_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER postings_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON postings
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Asked at COMMIT for the entry of each new posting.
CREATE FUNCTION check_entry_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM postings WHERE entry_id = NEW.entry_id GROUP BY currency HAVING sum(amount) <> 0) THEN
    RAISE EXCEPTION 'journal entry % does not sum to zero', NEW.entry_id USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER postings_balanced AFTER INSERT ON postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_entry_is_balanced();

CREATE FUNCTION check_entry_has_postings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM postings WHERE entry_id = NEW.id) < 2 THEN
    RAISE EXCEPTION 'journal entry % has fewer than two postings', NEW.id USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER journal_entries_have_postings AFTER INSERT ON journal_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_entry_has_postings();

-- What a balance transaction of Stripe must pair with: amounts carry the sign that the balance transaction will have.
CREATE VIEW ledger_movements AS
SELECT e.id AS entry_id, e.kind, p.object AS stripe_object, p.account, p.currency, p.amount, e.occurred_at,
       e.business_date, e.payment_id, e.sale_id
FROM journal_entries e
JOIN postings p ON p.entry_id = e.id
WHERE p.account IN ('clearing:card', 'clearing:refund', 'clearing:dispute')
  AND e.kind NOT IN ('settlement', 'settlement_reversal');

GRANT SELECT, INSERT ON ledger_accounts, journal_entries, postings TO tillwatch_app;
GRANT SELECT ON ledger_movements TO tillwatch_app;
