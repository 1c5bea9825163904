-- The KPIs of the books, one row. $1 attempts from, $2 until (not included); $3 movements that happened since, which is not before
-- the business date $4; $5 the first business date of balance transactions. Amounts as text, per currency.
SELECT
  (SELECT count(*)::integer FROM events
   WHERE type = 'payment.attempted' AND occurred_at >= $1 AND occurred_at < $2) AS attempts,
  late.movements, late.p99_ms, settled.good, settled.all_rows,
  (SELECT count(*)::integer FROM exceptions WHERE status = 'open' AND category = 'clearing_overdue') AS overdue,
  (SELECT count(*)::integer FROM exceptions WHERE status = 'open') AS open,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'amount', amount::text, 'count', count) ORDER BY currency), '[]')
   FROM (SELECT currency, sum(abs(difference)) AS amount, count(*) AS count FROM exceptions
         WHERE status = 'open' GROUP BY currency) AS risk) AS at_risk
FROM (
  SELECT count(*)::integer AS movements,
         (extract(epoch FROM percentile_disc(0.99) WITHIN GROUP (ORDER BY recorded_at - occurred_at)) * 1000)::bigint AS p99_ms
  FROM journal_entries WHERE business_date >= $4::date AND occurred_at >= $3 AND cause_kind IN ('event', 'call')
) AS late, (
  SELECT (count(*) FILTER (WHERE p.state IN ('matched', 'explained', 'adjusted')))::integer AS good, count(*)::integer AS all_rows
  FROM pairings p JOIN balance_transactions b ON b.id = p.balance_transaction_id AND b.version = p.version
  WHERE p.ended_run_id IS NULL AND b.business_date >= $5::date
) AS settled
