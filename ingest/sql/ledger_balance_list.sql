-- Balance of each account and currency from all that occurred before $1; accounts at 0 are shown once they had a posting.
SELECT p.account, p.currency, sum(p.amount)::bigint AS balance
FROM postings p JOIN journal_entries e ON e.id = p.entry_id
WHERE e.occurred_at < $1
GROUP BY p.account, p.currency ORDER BY p.account, p.currency
