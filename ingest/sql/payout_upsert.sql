-- Writes a payout as Stripe described it; no row when it says nothing new or somebody else added it meanwhile.
-- $1 id, $2 currency, $3 amount, $4 status, $5 automatic, $6 method, $7 arrival, $8 created, $9 balance transaction,
-- $10 failure balance transaction, $11 failure code, $12 reconciliation status, $13 trace, $14 now, $15 status it has now,
-- $16 who tells it, kept when it is new, $17 the payout that it reverses, $18 the one that reverses it, $19 when it came back by
-- the balance transaction that brought it, $20 the same as far as the payout itself tells it, until that one is read.
INSERT INTO payouts (id, currency, amount, status, automatic, method, arrival_at, stripe_created, balance_transaction,
                     failure_balance_transaction, failure_code, reconciliation_status, trace_id, updated_at, first_writer,
                     original_payout, reversed_by, returned_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16, $17, $18, coalesce($19::timestamptz, $20::timestamptz))
ON CONFLICT (id) DO UPDATE
SET status = $4, arrival_at = $7, balance_transaction = coalesce($9, payouts.balance_transaction),
    failure_balance_transaction = coalesce($10, payouts.failure_balance_transaction),
    failure_code = coalesce($11, payouts.failure_code),
    reconciliation_status = CASE payouts.reconciliation_status WHEN 'completed' THEN 'completed' ELSE $12 END,
    reversed_by = coalesce($18, payouts.reversed_by), returned_at = coalesce($19::timestamptz, payouts.returned_at, $20::timestamptz),
    updated_at = $14
WHERE payouts.status = $15
RETURNING id
