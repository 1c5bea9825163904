-- Up Migration
-- The pager hears who took an incident, and customers get their receipts by mail.

-- `taken`: the pager hears that somebody took the incident elsewhere, so that it calls nobody further.
ALTER TABLE alert_deliveries DROP CONSTRAINT alert_deliveries_change_check;
ALTER TABLE alert_deliveries ADD CONSTRAINT alert_deliveries_change_check
  CHECK (change IN ('fired', 'escalated', 'taken', 'resolved'));

-- A receipt to be mailed; sent after the commit, so that no till waits for a mail server.
CREATE TABLE receipt_mails (
  id              text PRIMARY KEY,
  payment_id      text NOT NULL REFERENCES payments (id),
  -- Whose it is; taken away once the mail has ended. What stays tells nobody's address.
  email           text,
  shown_email     text NOT NULL,
  status          text NOT NULL CHECK (status IN ('pending', 'sent', 'failed')),
  attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_attempt_at timestamptz NOT NULL,
  -- While it is being sent; a sender that died leaves it to the next one after this.
  leased_until    timestamptz,
  asked_by        text NOT NULL,
  created_at      timestamptz NOT NULL,
  ended_at        timestamptz,
  reason          text,
  CHECK ((status = 'pending') = (ended_at IS NULL)),
  CHECK ((status = 'pending') = (email IS NOT NULL))
);
CREATE INDEX receipt_mails_pending ON receipt_mails (next_attempt_at) WHERE status = 'pending';
CREATE INDEX receipt_mails_by_payment ON receipt_mails (payment_id, created_at);
CREATE INDEX receipt_mails_failed ON receipt_mails (ended_at) WHERE status = 'failed';
-- Asked for twice while it waits: one mail.
CREATE UNIQUE INDEX receipt_mails_waiting ON receipt_mails (payment_id, email) WHERE status = 'pending';

GRANT SELECT, INSERT, UPDATE ON receipt_mails TO tillwatch_app;
