-- Payouts that should have arrived before $1 and have not, one row. Amounts per currency as text.
SELECT coalesce(sum(one.count), 0)::integer AS overdue, min(one.oldest) AS oldest,
       coalesce(jsonb_agg(jsonb_build_object('currency', one.currency, 'amount', one.amount::text)), '[]') AS amounts
FROM (
  SELECT currency, count(*) AS count, min(arrival_at) AS oldest, sum(amount) AS amount
  FROM payouts WHERE status NOT IN ('paid', 'failed', 'canceled') AND arrival_at < $1
  GROUP BY currency
) AS one
