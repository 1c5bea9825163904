-- What tenders of a sale have posted so far as its net, tax and tip; credits shown positive. $1 sale.
SELECT -coalesce(sum(p.amount) FILTER (WHERE p.account = 'revenue:sales'), 0)::bigint AS net,
       -coalesce(sum(p.amount) FILTER (WHERE p.account = 'liability:tax'), 0)::bigint AS tax,
       -coalesce(sum(p.amount) FILTER (WHERE p.account = 'liability:tips'), 0)::bigint AS tip
FROM journal_entries e JOIN postings p ON p.entry_id = e.id
WHERE e.sale_id = $1 AND e.kind IN ('sale_card', 'sale_cash', 'sale_check')
