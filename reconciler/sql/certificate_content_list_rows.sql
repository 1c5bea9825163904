-- Current rows of the dates $1 with how they are paired, and with the clearing account and Stripe object of what they answer.
SELECT b.id, b.version, b.balance_type, b.business_date, b.type, b.reporting_category, b.source, b.amount, b.fee, b.net,
       b.currency, b.stripe_created, b.available_on, b.description, b.exchange_rate, b.gone, b.first_seen_at,
       b.run_id AS seen_run_id, p.state, p.category, p.movement_key AS counterpart,
       CASE WHEN p.movement_key LIKE 'po\_%' THEN 'clearing:payout' ELSE m.account END AS counterpart_account,
       CASE WHEN p.movement_key LIKE 'po\_%' THEN split_part(p.movement_key, ':', 1) ELSE m.object END AS counterpart_object
FROM balance_transactions_current b
JOIN pairings p ON p.balance_transaction_id = b.id AND p.ended_run_id IS NULL
LEFT JOIN LATERAL (
  SELECT l.account, l.object FROM postings l
  WHERE l.entry_id = p.movement_key AND l.account LIKE 'clearing:%' ORDER BY l.position LIMIT 1
) AS m ON true
WHERE b.business_date = ANY ($1::date[]) AND NOT b.gone
ORDER BY b.stripe_created, b.id
