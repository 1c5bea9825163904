-- Per currency: what was held before $1, what came by activity and by payouts in [$1, $2), as the mirror stood at $3: by what
-- runs had published by then. $4 currency or null, $5 balance type or null. The opening posted at go-live is held before everything.
SELECT currency, sum(before)::bigint AS before, sum(activity)::bigint AS activity, sum(payouts)::bigint AS payouts
FROM (
  SELECT b.currency,
         CASE WHEN b.stripe_created < $1 THEN b.net ELSE 0 END AS before,
         CASE WHEN b.stripe_created >= $1 AND b.reporting_category NOT IN ('payout', 'payout_reversal') THEN b.net ELSE 0 END AS activity,
         CASE WHEN b.stripe_created >= $1 AND b.reporting_category IN ('payout', 'payout_reversal') THEN b.net ELSE 0 END AS payouts
  FROM balance_transactions b
  JOIN reconciliation_runs told ON told.id = b.run_id AND told.finished_at <= $3
  WHERE NOT b.gone AND b.stripe_created < $2
    AND NOT EXISTS (SELECT 1 FROM balance_transactions newer
                    JOIN reconciliation_runs later ON later.id = newer.run_id AND later.finished_at <= $3
                    WHERE newer.id = b.id AND newer.version > b.version)
    AND ($4::text IS NULL OR b.currency = $4)
    AND ($5::text IS NULL OR b.balance_type = $5)
  UNION ALL
  SELECT p.currency, p.amount, 0, 0
  FROM journal_entries e
  JOIN postings p ON p.entry_id = e.id
  WHERE e.kind = 'opening' AND p.account = 'stripe:balance' AND e.recorded_at <= $3
    AND ($4::text IS NULL OR p.currency = $4)
    AND ($5::text IS NULL OR p.object = $5)
) AS parts
GROUP BY currency
ORDER BY currency
