-- What each till took on each of the dates $1, by the ledger: cards captured, cards given back, and the change of its cash and
-- of its checks.
SELECT e.business_date, t.till, p.currency,
       coalesce(sum(p.amount) FILTER (WHERE p.account = 'clearing:card'), 0)::bigint AS card,
       coalesce(sum(p.amount) FILTER (WHERE p.account = 'clearing:refund'), 0)::bigint AS refunds,
       coalesce(sum(p.amount) FILTER (WHERE p.account LIKE 'till:%:cash'), 0)::bigint AS cash,
       coalesce(sum(p.amount) FILTER (WHERE p.account LIKE 'till:%:checks'), 0)::bigint AS checks
FROM journal_entries e
JOIN postings p ON p.entry_id = e.id
LEFT JOIN payments y ON y.id = e.payment_id
CROSS JOIN LATERAL (
  SELECT CASE WHEN p.account LIKE 'clearing:%' THEN y.till_id ELSE split_part(p.account, ':', 2) END AS till
) AS t
WHERE e.business_date = ANY ($1::date[])
  AND e.kind NOT IN ('settlement', 'settlement_reversal', 'exception_adjustment', 'exception_adjustment_reversal')
  AND (p.account IN ('clearing:card', 'clearing:refund') OR p.account LIKE 'till:%:cash' OR p.account LIKE 'till:%:checks')
  AND t.till IS NOT NULL
GROUP BY e.business_date, t.till, p.currency
