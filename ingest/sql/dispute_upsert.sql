-- Writes a dispute as it stands now. The caller holds the locks of its payment and of its row.
-- $1 id, $2 payment, $3 charge, $4 currency, $5 amount, $6 status, $7 reason, $8 network reason code, $9 due by, $10 charge is
-- refundable, $11 has evidence, $12 opened at, $13 closed at, $14 rows seen, $15 withdrawals, $16 reinstatements, $17 amount
-- withdrawn, $18 amount reinstated, $19 amount lost, $20 write-offs, $21 as of, $22 who tells it, kept when it is new, $23 trace,
-- $24 now.
INSERT INTO disputes (id, payment_id, stripe_charge, currency, amount, status, reason, network_reason_code, due_by,
                      is_charge_refundable, has_evidence, opened_at, closed_at, rows_seen, withdrawals, reinstatements,
                      amount_withdrawn, amount_reinstated, amount_lost, write_offs, as_of, first_writer, trace_id, created_at,
                      updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $24)
ON CONFLICT (id) DO UPDATE
SET amount = $5, status = $6, reason = $7, network_reason_code = $8, due_by = $9, is_charge_refundable = $10, has_evidence = $11,
    closed_at = $13, rows_seen = $14, withdrawals = $15, reinstatements = $16, amount_withdrawn = $17, amount_reinstated = $18,
    amount_lost = $19, write_offs = $20, as_of = $21, updated_at = $24
