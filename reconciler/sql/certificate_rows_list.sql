-- Rows of the certificates $1 with the fields of the version that they name, in order, and with the clearing account and Stripe
-- object of what they answer.
SELECT r.certificate_id, r.position, b.id, b.version, b.balance_type, b.business_date, b.type, b.reporting_category, b.source,
       b.amount, b.fee, b.net, b.currency, b.stripe_created, b.available_on, b.description, b.exchange_rate, b.gone,
       b.first_seen_at, b.run_id AS seen_run_id, r.state, r.category, r.counterpart, r.digest,
       CASE WHEN r.counterpart LIKE 'po\_%' THEN 'clearing:payout' ELSE m.account END AS counterpart_account,
       CASE WHEN r.counterpart LIKE 'po\_%' THEN split_part(r.counterpart, ':', 1) ELSE m.object END AS counterpart_object
FROM certificate_rows r
JOIN balance_transactions b ON b.id = r.balance_transaction_id AND b.version = r.version
LEFT JOIN LATERAL (
  SELECT l.account, l.object FROM postings l
  WHERE l.entry_id = r.counterpart AND l.account LIKE 'clearing:%' ORDER BY l.position LIMIT 1
) AS m ON true
WHERE r.certificate_id = ANY ($1::text[])
ORDER BY r.certificate_id, r.position
