-- What stands open in suspense and clearing for the objects $1.
SELECT account, object, currency, sum(amount)::bigint AS amount
FROM postings
WHERE object = ANY ($1::text[]) AND (account = 'suspense' OR account LIKE 'clearing:%')
GROUP BY account, object, currency
HAVING sum(amount) <> 0
ORDER BY account, object, currency
