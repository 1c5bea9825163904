-- How the nightly runs and the looks between them stand, one row. $1 at, $2 a run that was asked for before this must have its
-- certificates, $3 dates before this are not asked for any more.
SELECT
  (SELECT finished_at FROM reconciliation_runs
   WHERE kind = 'nightly' AND status = 'succeeded' ORDER BY from_date DESC LIMIT 1) AS last_success,
  (SELECT min(sold_at) FROM sales WHERE sold_at <= $1) AS first_sale,
  -- Until some run has done what it could not.
  (SELECT jsonb_build_object('date', from_date, 'attempts', failures, 'code', error_code) FROM nightly_runs_failed
   WHERE failures >= 2 ORDER BY requested_at, from_date LIMIT 1) AS failed,
  (SELECT failing_since FROM reconciliation_looks WHERE name = 'today') AS looks_failing_since,
  bare.dates AS uncertified, bare.first AS first_uncertified
FROM (
  -- A date of which Stripe has shown nothing has nothing to certify.
  SELECT count(*)::integer AS dates, min(r.from_date) AS first
  FROM reconciliation_runs r
  WHERE r.kind = 'nightly' AND r.requested_at < $2 AND r.from_date >= $3
    AND (r.status <> 'succeeded' OR EXISTS (SELECT FROM balance_transactions b WHERE b.business_date = r.from_date))
    AND NOT EXISTS (SELECT FROM certificates c WHERE c.business_date = r.from_date)
) AS bare
