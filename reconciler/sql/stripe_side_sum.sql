-- Count, exact sums and digest of the Stripe side of the comparison, per date of [$1, $2] and currency. The digest is a
-- sum of 60 bits of MD5 over each row, so the order of rows is nothing and ClickHouse can make the same.
SELECT business_date, currency, count(*) AS rows, sum(amount)::bigint AS amount, sum(fee)::bigint AS fee, sum(net)::bigint AS net,
       sum(('x' || left(md5(concat_ws('|', key, object, currency, amount, fee, net, extract(epoch FROM created)::bigint,
                                      business_date)), 15))::bit(60)::bigint)::text AS digest
FROM reconciliation_stripe_side
WHERE business_date BETWEEN $1::date AND $2::date
GROUP BY business_date, currency
