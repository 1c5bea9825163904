-- Current balance transactions of the dates [$1, $2] after ($3, $4), at most $5, in the order of time, with what Stripe's
-- itemised report says of them and how they are paired.
SELECT b.id, b.stripe_created, b.available_on, b.currency, b.amount, b.fee, b.net, b.reporting_category, b.source, b.description,
       po.id AS payout_id, po.arrival_at, coalesce(y.stripe_charge, CASE WHEN b.source LIKE 'ch\_%' THEN b.source END) AS charge_id,
       y.stripe_payment_intent, p.state, p.counterpart, p.category, po.bank_trace_id, po.bank_trace_status
FROM balance_transactions_current b
LEFT JOIN pairings p ON p.balance_transaction_id = b.id AND p.ended_run_id IS NULL
LEFT JOIN LATERAL (
  SELECT i.payout_id FROM payout_items i WHERE i.balance_transaction_id = b.id ORDER BY i.payout_id LIMIT 1
) AS item ON true
LEFT JOIN payouts po ON po.id = item.payout_id AND po.automatic
LEFT JOIN journal_entries e ON e.id = p.movement_entry
LEFT JOIN payments y ON y.id = e.payment_id
WHERE b.business_date BETWEEN $1 AND $2 AND NOT b.gone
  AND ($3::timestamptz IS NULL OR (b.stripe_created, b.id) > ($3, $4))
ORDER BY b.stripe_created, b.id
LIMIT $5
