-- Open exceptions per business date from $1 to $2 and currency: how many, and what is at risk in them by size.
SELECT business_date, currency, count(*)::integer AS open, coalesce(sum(abs(difference)), 0)::bigint AS at_risk
FROM exceptions
WHERE status = 'open' AND business_date BETWEEN $1::date AND $2::date
GROUP BY business_date, currency
ORDER BY business_date, currency
