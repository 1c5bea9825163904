-- Dates up to $1 with entries recorded since the newest certificate, in the order of time. The hour before it is looked at
-- again: an entry's instant is taken before its commit.
SELECT DISTINCT e.business_date AS date
FROM journal_entries e
WHERE e.business_date <= $1::date
  AND e.kind NOT IN ('settlement', 'settlement_reversal')
  AND e.recorded_at > (SELECT issued_at FROM certificates ORDER BY seq DESC LIMIT 1) - interval '1 hour'
ORDER BY 1
