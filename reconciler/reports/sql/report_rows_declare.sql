-- Opens a cursor over balance transactions created in [$1, $2) (nulls: open) as the mirror stood at $3, in the order of time and
-- id, with what Stripe's itemised reports say of each. $4 currency or null, $5 balance type or null, $6 reporting category or
-- null. $7 which rows: 'all', 'activity' (no payouts), 'payouts' (those of automatic payouts whose own row was created in
-- [$1, $2), whenever the row itself was), 'unpaid' (not in an automatic payout that was created before $2).
DECLARE report_rows NO SCROLL CURSOR FOR
SELECT b.id, b.stripe_created, b.available_on, b.currency, b.amount, b.fee, b.net, b.reporting_category, b.type, b.balance_type,
       b.source, b.description, b.exchange_rate, item.payout_id, item.arrival_at,
       y.stripe_charge AS charge_id, y.stripe_payment_intent AS payment_intent_id, y.card_brand, y.id AS payment_id,
       y.sale_id, y.till_id, y.created_at AS charge_created, y.amount AS facing_amount, y.currency AS facing_currency,
       r.amount AS refund_amount, d.reason AS dispute_reason
FROM balance_transactions b
LEFT JOIN LATERAL (
  SELECT i.payout_id, po.arrival_at, own.stripe_created AS paid_created
  FROM payout_items i
  JOIN reconciliation_runs told ON told.id = i.run_id AND coalesce(told.started_at, told.requested_at) <= $3
  JOIN payouts po ON po.id = i.payout_id AND po.automatic
  JOIN balance_transactions own ON own.id = po.balance_transaction AND own.version = 1 AND own.first_seen_at <= $3
  WHERE i.balance_transaction_id = b.id
  ORDER BY i.payout_id LIMIT 1
) AS item ON true
LEFT JOIN refunds r ON r.stripe_refund = b.source
LEFT JOIN disputes d ON d.id = b.source
LEFT JOIN payments c ON c.stripe_charge = b.source
LEFT JOIN payments y ON y.id = coalesce(c.id, r.payment_id, d.payment_id)
WHERE b.first_seen_at <= $3 AND NOT b.gone
  AND NOT EXISTS (SELECT 1 FROM balance_transactions newer
                  WHERE newer.id = b.id AND newer.version > b.version AND newer.first_seen_at <= $3)
  AND ($2::timestamptz IS NULL OR b.stripe_created < $2)
  AND ($1::timestamptz IS NULL OR $7 IN ('payouts', 'unpaid') OR b.stripe_created >= $1)
  AND ($4::text IS NULL OR b.currency = $4)
  AND ($5::text IS NULL OR b.balance_type = $5)
  AND ($6::text IS NULL OR b.reporting_category = $6)
  AND CASE $7
        WHEN 'activity' THEN b.reporting_category NOT IN ('payout', 'payout_reversal')
        WHEN 'payouts' THEN item.payout_id IS NOT NULL AND b.source IS DISTINCT FROM item.payout_id AND item.paid_created < $2
                            AND ($1::timestamptz IS NULL OR item.paid_created >= $1)
        WHEN 'unpaid' THEN item.payout_id IS NULL OR item.paid_created >= $2
        ELSE true END
ORDER BY b.stripe_created, b.id
