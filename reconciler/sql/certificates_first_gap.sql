-- The first date in [$1, $2) that has no certificate of currency $3 and balance type $4, or null.
SELECT min(day)::date AS gap
FROM generate_series($1::date, $2::date - 1, interval '1 day') AS day
WHERE NOT EXISTS (
  SELECT 1 FROM certificates c WHERE c.business_date = day::date AND c.currency = $3 AND c.balance_type = $4)
