-- Up Migration
-- The rest of a payment's life: why it was canceled, until when it can be captured, what a person must look at, notes.

ALTER TABLE payments
  ADD COLUMN cancellation_reason text,
  -- When Stripe lets an authorisation go (stripe.md §1, auth windows); null before Stripe told.
  ADD COLUMN capture_before timestamptz,
  -- What a card terminal's receipt must print (EMV), as Stripe's charge has it.
  ADD COLUMN card_details jsonb,
  -- Code of what a person has to look at before anybody touches this payment again; a sync that agrees takes it away.
  ADD COLUMN attention text,
  ADD COLUMN attention_at timestamptz,
  ADD COLUMN attention_detail text,
  ADD CONSTRAINT payments_attention_whole CHECK ((attention IS NULL) = (attention_at IS NULL));
CREATE INDEX payments_attention ON payments (attention_at) WHERE attention IS NOT NULL;
CREATE INDEX payments_authorized ON payments (capture_before) WHERE status = 'requires_capture';
CREATE INDEX refunds_failed ON refunds (payment_id) WHERE status IN ('failed', 'canceled');
CREATE INDEX sales_part_paid ON sales (updated_at) WHERE status = 'open' AND amount_paid > 0;

-- What people wrote about a payment. Rows never change.
CREATE TABLE payment_notes (
  id         text PRIMARY KEY,
  payment_id text NOT NULL REFERENCES payments (id),
  text       text NOT NULL,
  author     text NOT NULL REFERENCES api_tokens (id),
  role       text NOT NULL,
  at         timestamptz NOT NULL
);
CREATE INDEX payment_notes_by_payment ON payment_notes (payment_id, at, id);
CREATE TRIGGER payment_notes_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_notes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON payment_notes TO tillwatch_app;

-- What customers are still owed because a refund failed after Stripe had taken it on (architecture §4): what failed, less
-- what was given back out of liability:refunds_owed since. One row per payment that ever had such a refund.
CREATE VIEW refunds_owed AS
SELECT failed.payment_id, failed.currency, failed.amount - coalesce(given.amount, 0) AS amount, failed.refund_id, failed.since
FROM (
  SELECT r.payment_id, r.currency, sum(r.amount)::bigint AS amount, max(r.id) AS refund_id, min(r.updated_at) AS since
  FROM refunds r
  WHERE r.status IN ('failed', 'canceled')
    AND EXISTS (SELECT FROM journal_entries e WHERE e.kind = 'refund' AND e.source_id = r.stripe_refund)
  GROUP BY r.payment_id, r.currency
) AS failed
CROSS JOIN LATERAL (
  SELECT sum(p.amount)::bigint AS amount
  FROM journal_entries e JOIN postings p ON p.entry_id = e.id
  WHERE e.payment_id = failed.payment_id AND e.kind IN ('refund', 'refund_cash') AND p.account = 'liability:refunds_owed'
) AS given;
GRANT SELECT ON refunds_owed TO tillwatch_app;
