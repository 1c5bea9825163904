-- The open exceptions in figures, one row; values are sums of differences without their sign, per currency. `items` is how many rows
-- the last nightly run compared.
SELECT coalesce(sum(one.count), 0)::integer AS open, coalesce(sum(one.high), 0)::integer AS high,
       coalesce(sum(one.payout_mismatches), 0)::integer AS payout_mismatches, min(one.oldest) AS oldest,
       coalesce(jsonb_agg(jsonb_build_object('currency', one.currency, 'amount', one.amount::text)), '[]') AS amounts,
       coalesce((SELECT (summary ->> 'matched')::integer + (summary ->> 'explained')::integer
                        + (summary #>> '{exceptions,open}')::integer
                 FROM reconciliation_runs WHERE kind = 'nightly' AND status = 'succeeded'
                 ORDER BY from_date DESC LIMIT 1), 0) AS items
FROM (
  SELECT currency, count(*) AS count, count(*) FILTER (WHERE severity IN ('high', 'critical')) AS high,
         count(*) FILTER (WHERE category = 'payout_mismatch') AS payout_mismatches, min(occurred_at) AS oldest,
         sum(abs(difference)) AS amount
  FROM exceptions WHERE status = 'open'
  GROUP BY currency
) AS one
