-- Dates of [$1, $2] that had no certificate at $3, the first $4 of them in order, each with how many there are in all.
SELECT day::date AS date, (count(*) OVER ())::integer AS total
FROM generate_series($1::date, $2::date, interval '1 day') AS day
WHERE NOT EXISTS (
  SELECT 1 FROM certificates c
  JOIN reconciliation_runs r ON r.id = c.run_id AND r.finished_at <= $3
  WHERE c.business_date = day::date AND c.issued_at <= $3)
ORDER BY day
LIMIT $4
