-- One payout with the last look at it. $1 id.
SELECT p.id, p.currency, p.amount, p.status, p.automatic, p.method, p.arrival_at, p.stripe_created, p.balance_transaction,
       p.failure_code, p.reconciliation_status, p.trace_id, p.bank_trace_id,
       p.bank_trace_status, c.items, c.items_net, c.complete,
       (SELECT count(*)::integer FROM exceptions e
        WHERE e.object = p.id AND e.status = 'open' AND e.category IN ('payout_mismatch', 'payout_overdue')) AS exceptions
FROM payouts p
LEFT JOIN payout_checks c ON c.payout_id = p.id
WHERE p.id = $1
