-- Clearing accounts that did not return to zero for an object in time. $1 oldest instant that is still in time.
SELECT p.account, p.object, p.currency, sum(p.amount)::bigint AS amount, min(e.occurred_at) AS since
FROM postings p
JOIN journal_entries e ON e.id = p.entry_id
WHERE p.account LIKE 'clearing:%'
GROUP BY p.account, p.object, p.currency
HAVING sum(p.amount) <> 0 AND min(e.occurred_at) < $1
ORDER BY min(e.occurred_at)
LIMIT 100
