-- The first and the last date that had a certificate at $1, by what runs had published by then; nulls when there was none.
SELECT min(c.business_date) AS first, max(c.business_date) AS last
FROM certificates c
JOIN reconciliation_runs r ON r.id = c.run_id AND r.finished_at <= $1
WHERE c.issued_at <= $1
