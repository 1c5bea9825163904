-- What each currency and balance type held when it was first certified, as it was posted.
SELECT p.currency, p.object AS balance_type, sum(p.amount)::bigint AS amount, max(e.revision) AS revision
FROM journal_entries e
JOIN postings p ON p.entry_id = e.id
WHERE e.kind = 'opening' AND p.account = 'stripe:balance'
GROUP BY p.currency, p.object
