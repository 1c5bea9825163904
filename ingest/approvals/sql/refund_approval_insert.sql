-- Asks for a second person. $1 id, $2 payment, $3 wanted or null, $4 amount, $5 currency, $6 reason, $7 in cash, $8 cashier, $9 why,
-- $10 by whom, $11 their name, $12 now, $13 its end.
INSERT INTO refund_approvals (id, payment_id, wanted, amount, currency, reason, in_cash, cashier_ref, why, status, requested_by,
                              requested_name, requested_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11, $12, $13)
