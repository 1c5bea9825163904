-- The movement of ours that stands for Stripe's object $1, with the facts a second one needs.
SELECT e.id AS entry_id, e.kind, p.account, p.currency, p.amount, e.occurred_at, e.business_date::text, e.sale_id, e.payment_id
FROM journal_entries e
JOIN postings p ON p.entry_id = e.id
WHERE p.object = $1
  AND p.account IN ('clearing:card', 'clearing:refund', 'clearing:dispute')
  AND e.kind NOT IN ('settlement', 'settlement_reversal')
ORDER BY e.recorded_at
LIMIT 1
