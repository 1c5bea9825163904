-- Money taken on a business date, by method and currency. $1 business date.
SELECT p.method, p.currency, count(*)::int AS count, sum(p.amount_captured)::bigint AS amount, sum(p.amount_refunded)::bigint AS refunded
FROM payments p
JOIN sales s ON s.id = p.sale_id
WHERE s.business_date = $1 AND p.status = 'succeeded'
GROUP BY p.method, p.currency
ORDER BY p.method, p.currency
