-- Certificates of the dates from $1 to $2 (nulls: open), newest link first, before seq $3 or null, at most $4.
SELECT id, seq, business_date, currency, balance_type, version, opening, closing, totals, counts, exceptions, open_exceptions,
       clean, changes, stripe_snapshot, ledger_net, currency_net, tills, content_digest, previous_digest, digest, issued_at,
       run_id, format, opening_basis, previous_evidence_digest, evidence_digest
FROM certificates
WHERE ($1::date IS NULL OR business_date >= $1) AND ($2::date IS NULL OR business_date <= $2)
  AND ($3::bigint IS NULL OR seq < $3)
ORDER BY seq DESC
LIMIT $4
