-- Reconciliation: one row. Open exceptions by category, their value at risk by currency (minor units as text), when the oldest
-- one's item was made, and when a nightly run last succeeded.
SELECT
  (SELECT coalesce(jsonb_object_agg(c.category, c.open), '{}') FROM (
     SELECT category, count(*) AS open FROM exceptions WHERE status = 'open' GROUP BY category) AS c) AS open,
  (SELECT coalesce(jsonb_object_agg(v.currency, v.risk::text), '{}') FROM (
     SELECT currency, sum(abs(difference)) AS risk FROM exceptions WHERE status = 'open' GROUP BY currency) AS v) AS at_risk,
  (SELECT min(coalesce(occurred_at, first_seen_at)) FROM exceptions WHERE status = 'open') AS oldest,
  (SELECT max(finished_at) FROM reconciliation_runs WHERE kind = 'nightly' AND status = 'succeeded') AS last_success
