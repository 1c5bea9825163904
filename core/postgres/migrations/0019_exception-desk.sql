-- Up Migration
-- The exception desk: what people do with exceptions, who asked for money to be moved and who agreed.

INSERT INTO ledger_accounts (code, kind, description) VALUES
  ('expense:reconciliation_write_offs', 'expense', 'Written off at the exception desk, against us'),
  ('revenue:reconciliation_gains', 'revenue', 'Written off at the exception desk, in our favour');

-- A person may hold several tokens; without a person the token's name stands for one.
ALTER TABLE api_tokens ADD COLUMN person text;

ALTER TABLE exceptions
  -- When the thing itself happened: what its age is counted from.
  ADD COLUMN occurred_at      timestamptz,
  -- Since when it has this severity, by when to act on it, and when its age makes it worse.
  ADD COLUMN rated_at         timestamptz,
  ADD COLUMN due_at           timestamptz,
  ADD COLUMN next_rating_at   timestamptz,
  ADD COLUMN owner            text,
  ADD COLUMN resolution       text CHECK (resolution IN ('healed', 'accepted', 'write_off', 'forced_match', 'adjusted')),
  ADD COLUMN reason           text,
  ADD COLUMN resolved_by      text REFERENCES api_tokens (id),
  ADD COLUMN resolved_by_name text,
  -- The entry that moved its money, while it stands; both sides of a forced match name the same one.
  ADD COLUMN adjustment_entry text REFERENCES journal_entries (id),
  -- A person changed its status, and no run has told the certificates yet.
  ADD COLUMN uncertified      boolean NOT NULL DEFAULT false;
UPDATE exceptions SET occurred_at = business_date::timestamp AT TIME ZONE 'UTC', rated_at = first_seen_at,
  due_at = first_seen_at, next_rating_at = first_seen_at, resolution = CASE status WHEN 'resolved' THEN 'healed' END;
ALTER TABLE exceptions
  ALTER COLUMN occurred_at SET NOT NULL,
  ALTER COLUMN rated_at SET NOT NULL,
  ALTER COLUMN due_at SET NOT NULL,
  -- Was: resolved exactly with a run. A person resolves without one.
  DROP CONSTRAINT exceptions_check2,
  ADD CONSTRAINT exceptions_run_resolves CHECK (resolved_run_id IS NULL OR status = 'resolved'),
  ADD CONSTRAINT exceptions_resolution_said CHECK ((status = 'resolved') = (resolution IS NOT NULL)),
  ADD CONSTRAINT exceptions_healed_by_run CHECK ((resolution = 'healed') IS NOT DISTINCT FROM (CASE WHEN resolution IS NOT NULL THEN healed END)),
  ADD CONSTRAINT exceptions_person_says_why CHECK (resolution IS NULL OR resolution = 'healed' OR (resolved_by IS NOT NULL AND reason IS NOT NULL)),
  ADD CONSTRAINT exceptions_adjusted_is_resolved CHECK (adjustment_entry IS NULL OR resolution IN ('write_off', 'forced_match', 'adjusted'));
CREATE INDEX exceptions_to_rate ON exceptions (next_rating_at) WHERE status = 'open';
CREATE INDEX exceptions_by_person ON exceptions (category, object) WHERE resolution <> 'healed';
CREATE INDEX exceptions_uncertified ON exceptions (id) WHERE uncertified;
CREATE INDEX exceptions_by_adjustment ON exceptions (adjustment_entry) WHERE adjustment_entry IS NOT NULL;

-- Every change of an exception, whoever made it: a run, a person, or its own age.
ALTER TABLE exception_history
  ALTER COLUMN run_id DROP NOT NULL,
  DROP CONSTRAINT exception_history_change_check,
  ADD CONSTRAINT exception_history_change_check CHECK (change IN (
    'opened', 'changed', 'resolved', 'reopened', 'rerated', 'assigned', 'noted', 'requested', 'rejected', 'expired')),
  ADD COLUMN status  text CHECK (status IN ('open', 'resolved')),
  ADD COLUMN by_kind text NOT NULL DEFAULT 'run' CHECK (by_kind IN ('run', 'person', 'age')),
  ADD COLUMN by_id   text REFERENCES api_tokens (id),
  ADD COLUMN by_name text,
  ADD COLUMN before  jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN after   jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN why     text,
  ADD CONSTRAINT exception_history_by_run CHECK (by_kind <> 'run' OR run_id IS NOT NULL),
  ADD CONSTRAINT exception_history_by_person CHECK ((by_kind = 'person') = (by_id IS NOT NULL));
ALTER TABLE exception_history DISABLE TRIGGER exception_history_immutable;
UPDATE exception_history SET status = CASE change WHEN 'resolved' THEN 'resolved' ELSE 'open' END;
ALTER TABLE exception_history ENABLE TRIGGER exception_history_immutable;
ALTER TABLE exception_history ALTER COLUMN status SET NOT NULL;

CREATE TABLE exception_notes (
  id           text PRIMARY KEY,
  exception_id text NOT NULL REFERENCES exceptions (id),
  text         text NOT NULL,
  by_id        text NOT NULL REFERENCES api_tokens (id),
  by_name      text NOT NULL,
  role         text NOT NULL,
  at           timestamptz NOT NULL
);
CREATE INDEX exception_notes_by_exception ON exception_notes (exception_id, at, id);
CREATE TRIGGER exception_notes_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON exception_notes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What one person asked for and another has to agree to. `plan` is the entry that will be posted, to the cent.
CREATE TABLE exception_approvals (
  id             text PRIMARY KEY,
  exception_id   text NOT NULL REFERENCES exceptions (id),
  counterpart_id text REFERENCES exceptions (id),
  resolution     text NOT NULL CHECK (resolution IN ('write_off', 'forced_match', 'adjusted')),
  reason         text NOT NULL,
  note           text,
  account        text REFERENCES ledger_accounts (code),
  write_off_rest boolean NOT NULL DEFAULT false,
  plan           jsonb NOT NULL,
  status         text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'expired')),
  requested_by   text NOT NULL REFERENCES api_tokens (id),
  requested_name text NOT NULL,
  requested_at   timestamptz NOT NULL,
  decided_by     text REFERENCES api_tokens (id),
  decided_name   text,
  decided_at     timestamptz,
  decision_note  text,
  CHECK ((status = 'pending') = (decided_at IS NULL)),
  CHECK ((status IN ('approved', 'rejected')) = (decided_by IS NOT NULL)),
  CHECK (status <> 'approved' OR decided_by <> requested_by),
  CHECK ((resolution = 'forced_match') = (counterpart_id IS NOT NULL)),
  CHECK ((resolution = 'adjusted') = (account IS NOT NULL))
);
CREATE UNIQUE INDEX exception_approvals_pending ON exception_approvals (exception_id) WHERE status = 'pending';
CREATE INDEX exception_approvals_by_exception ON exception_approvals (exception_id, requested_at);
CREATE INDEX exception_approvals_by_counterpart ON exception_approvals (counterpart_id) WHERE status = 'pending';

-- The one predicate of lists, figures and bulk actions: filter is an object whose absent keys ask for all. Ages are counted at `at`.
CREATE FUNCTION exceptions_matching(filter jsonb, at timestamptz) RETURNS SETOF exceptions LANGUAGE sql STABLE AS $$
  SELECT e.* FROM exceptions e
  WHERE (filter ->> 'status' IS NULL
         OR (filter ->> 'status' IN ('open', 'resolved') AND e.status = filter ->> 'status')
         OR (filter ->> 'status' = 'pending_approval' AND EXISTS (
               SELECT 1 FROM exception_approvals a WHERE a.exception_id = e.id AND a.status = 'pending')))
    AND (filter ->> 'category' IS NULL OR e.category = filter ->> 'category')
    AND (filter ->> 'severity' IS NULL OR e.severity = filter ->> 'severity')
    AND (filter ->> 'owner' IS NULL OR e.owner = filter ->> 'owner' OR (filter ->> 'owner' = 'none' AND e.owner IS NULL))
    AND (filter ->> 'currency' IS NULL OR e.currency = filter ->> 'currency')
    AND (filter ->> 'resolution' IS NULL OR e.resolution = filter ->> 'resolution')
    AND (filter ->> 'age_min_s' IS NULL OR e.occurred_at <= at - make_interval(secs => (filter ->> 'age_min_s')::double precision))
    AND (filter ->> 'age_max_s' IS NULL OR e.occurred_at >= at - make_interval(secs => (filter ->> 'age_max_s')::double precision))
    AND (filter ->> 'overdue' IS NULL OR (e.status = 'open' AND e.due_at < at) = (filter ->> 'overdue')::boolean)
    AND (filter ->> 'amount_min' IS NULL OR abs(e.difference) >= (filter ->> 'amount_min')::bigint)
    AND (filter ->> 'amount_max' IS NULL OR abs(e.difference) <= (filter ->> 'amount_max')::bigint)
    AND (filter ->> 'from' IS NULL OR e.business_date >= (filter ->> 'from')::date)
    AND (filter ->> 'to' IS NULL OR e.business_date <= (filter ->> 'to')::date)
    AND (filter ->> 'q' IS NULL OR e.id = filter ->> 'q' OR e.object = filter ->> 'q' OR e.payment_id = filter ->> 'q'
         OR e.details ->> 'source' = filter ->> 'q' OR e.details ->> 'counterpart' = filter ->> 'q')
$$;

-- What a person books on a clearing account answers a movement; it is none itself.
CREATE OR REPLACE VIEW ledger_movements AS
SELECT e.id AS entry_id, e.kind, p.object AS stripe_object, p.account, p.currency, p.amount, e.occurred_at,
       e.business_date, e.payment_id, e.sale_id
FROM journal_entries e
JOIN postings p ON p.entry_id = e.id
WHERE p.account IN ('clearing:card', 'clearing:refund', 'clearing:dispute')
  AND e.kind NOT IN ('settlement', 'settlement_reversal', 'exception_adjustment', 'exception_adjustment_reversal');

GRANT SELECT, INSERT ON exception_notes, exception_approvals TO tillwatch_app;
GRANT UPDATE (status, decided_by, decided_name, decided_at, decision_note) ON exception_approvals TO tillwatch_app;
