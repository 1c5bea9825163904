-- Up Migration
-- Refunds that wait for a second person, and who asked for each refund.

ALTER TABLE refunds
  -- Who gave it back, or asked for it: what one person may give back in a day is counted by it.
  ADD COLUMN asked_by text;
CREATE INDEX refunds_by_asker ON refunds (asked_by, created_at) WHERE asked_by IS NOT NULL;

CREATE TABLE refund_approvals (
  id             text PRIMARY KEY,
  payment_id     text NOT NULL REFERENCES payments (id),
  -- What was asked for: null is all that is left.
  wanted         bigint CHECK (wanted > 0),
  -- What it came to then; approving never gives back another amount.
  amount         bigint NOT NULL CHECK (amount > 0),
  currency       text NOT NULL,
  reason         text NOT NULL,
  in_cash        boolean NOT NULL,
  cashier_ref    text,
  why            text NOT NULL CHECK (why IN ('over_limit', 'over_day')),
  status         text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
  requested_by   text NOT NULL,
  requested_name text NOT NULL,
  requested_at   timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  decided_by     text,
  decided_name   text,
  decided_at     timestamptz,
  decision_note  text,
  refund_id      text REFERENCES refunds (id),
  CHECK ((status = 'pending') = (decided_at IS NULL)),
  CHECK (status = 'pending' OR decided_by IS NOT NULL),
  -- Four eyes, whatever the code above believes.
  CHECK (status <> 'approved' OR decided_by <> requested_by),
  CHECK ((status = 'approved') = (refund_id IS NOT NULL))
);
CREATE INDEX refund_approvals_pending ON refund_approvals (requested_at) WHERE status = 'pending';
CREATE INDEX refund_approvals_by_payment ON refund_approvals (payment_id);

-- Both kinds of what waits for a second person, in one form.
CREATE VIEW approvals AS
  SELECT a.id, 'refund'::text AS kind, a.payment_id, NULL::text AS exception_id, a.amount, a.currency, a.reason, a.why,
         a.status, a.requested_by, a.requested_name, a.requested_at, a.expires_at, a.decided_by, a.decided_name, a.decided_at,
         a.decision_note, a.refund_id, p.till_id
  FROM refund_approvals a JOIN payments p ON p.id = a.payment_id
  UNION ALL
  SELECT a.id, 'exception', NULL, a.exception_id, abs(e.difference), e.currency, a.reason, a.resolution, a.status, a.requested_by,
         a.requested_name, a.requested_at, NULL, a.decided_by, a.decided_name, a.decided_at, a.decision_note, NULL, NULL
  FROM exception_approvals a JOIN exceptions e ON e.id = a.exception_id;

GRANT SELECT, INSERT, UPDATE ON refund_approvals TO tillwatch_app;
GRANT SELECT ON approvals TO tillwatch_app;
