-- What we know of a payout; locks it. $1 payout.
SELECT status, reconciliation_status, balance_transaction, failure_balance_transaction, reversed_by FROM payouts WHERE id = $1 FOR UPDATE
