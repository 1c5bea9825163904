-- What tenders of sales have posted so far as their net, tax and tip; credits shown positive. No row for a sale of which
-- nothing is posted. $1 sales.
SELECT e.sale_id,
       -coalesce(sum(p.amount) FILTER (WHERE p.account = 'revenue:sales'), 0)::bigint AS net,
       -coalesce(sum(p.amount) FILTER (WHERE p.account = 'liability:tax'), 0)::bigint AS tax,
       -coalesce(sum(p.amount) FILTER (WHERE p.account = 'liability:tips'), 0)::bigint AS tip
FROM journal_entries e JOIN postings p ON p.entry_id = e.id
WHERE e.sale_id = ANY ($1::text[]) AND e.kind IN ('sale_card', 'sale_cash', 'sale_check')
GROUP BY e.sale_id
