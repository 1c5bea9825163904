-- Issues certificates. $1 jsonb array.
INSERT INTO certificates (id, seq, business_date, currency, balance_type, version, opening, closing, totals, counts, exceptions,
                          open_exceptions, clean, changes, stripe_snapshot, ledger_net, currency_net, tills, content_digest,
                          previous_digest, digest, issued_at, run_id, format, opening_basis, previous_evidence_digest,
                          evidence_digest)
SELECT id, seq, business_date, currency, balance_type, version, opening, closing, totals, counts, exceptions, open_exceptions,
       clean, changes, nullif(stripe_snapshot, 'null'::jsonb), ledger_net, currency_net, tills, content_digest,
       previous_digest, digest, issued_at, run_id, format, opening_basis, previous_evidence_digest, evidence_digest
FROM jsonb_to_recordset($1::jsonb) AS c (
  id text, seq bigint, business_date date, currency text, balance_type text, version integer, opening bigint, closing bigint,
  totals jsonb, counts jsonb, exceptions jsonb, open_exceptions integer, clean boolean, changes jsonb, stripe_snapshot jsonb,
  ledger_net bigint, currency_net bigint, tills jsonb, content_digest text, previous_digest text, digest text,
  issued_at timestamptz, run_id text, format smallint, opening_basis text, previous_evidence_digest text, evidence_digest text)
