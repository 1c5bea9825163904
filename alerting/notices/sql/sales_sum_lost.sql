-- What was not sold because a payment failed, per currency, an estimate (docs/messages.md): of each sale that is not paid by now,
-- however that came, what is still missing, at most what its failed payment asked for. $1 sales, $2 amounts that failed.
SELECT s.currency, sum(least(s.total - s.amount_paid, failed.amount))::bigint AS amount, count(*)::integer AS sales
FROM (SELECT id, max(amount) AS amount FROM unnest($1::text[], $2::bigint[]) AS f (id, amount) GROUP BY id) AS failed
JOIN sales s ON s.id = failed.id
WHERE s.status <> 'closed' AND s.amount_paid < s.total
GROUP BY s.currency
ORDER BY s.currency
