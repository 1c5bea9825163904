-- One certificate. $1 id.
SELECT id, seq, business_date, currency, balance_type, version, opening, closing, totals, counts, exceptions, open_exceptions,
       clean, changes, stripe_snapshot, ledger_net, currency_net, tills, content_digest, previous_digest, digest, issued_at,
       run_id, format, opening_basis, previous_evidence_digest, evidence_digest
FROM certificates WHERE id = $1
