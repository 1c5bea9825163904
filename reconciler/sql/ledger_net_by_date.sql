-- What our own postings gave stripe:balance on each of the dates $1, without what it held at go-live.
SELECT e.business_date, p.currency, sum(p.amount)::bigint AS net
FROM journal_entries e
JOIN postings p ON p.entry_id = e.id
WHERE e.business_date = ANY ($1::date[]) AND p.account = 'stripe:balance' AND e.kind <> 'opening'
GROUP BY e.business_date, p.currency
