-- Opens a cursor over balance transactions created in [$1, $2) (nulls: open) as the mirror stood at $3, in the order of time and
-- id, with what Stripe's itemised reports say of each. $4 currency or null, $5 balance type or null, $6 reporting category or
-- null. $7 which rows: 'all', 'activity' (no payouts), 'payouts' (those of automatic payouts whose own row was created in
-- [$1, $2), whenever the row itself was), 'unpaid' (not in an automatic payout that was created before $2). $8 true: with an event
-- of the charge, which says when Stripe made it. What was told by $3 is what runs had published by then, never what a run that was
-- still at work had read; a payout's own row belongs to it whether or not Stripe lists it among its items (stripe.md §7).
-- arrival_at, bank_trace_id, bank_trace_status, card_brand and dispute_reason are as they are now; all else is of $3.
DECLARE report_rows NO SCROLL CURSOR FOR
SELECT b.id, b.stripe_created, b.available_on, b.currency, b.amount, b.fee, b.net, b.reporting_category, b.type, b.balance_type,
       b.source, b.description, b.exchange_rate, item.payout_id, item.arrival_at, item.bank_trace_id, item.bank_trace_status,
       paid.charge_id, y.stripe_payment_intent AS payment_intent_id, y.card_brand, y.id AS payment_id,
       y.sale_id, y.till_id, y.amount AS facing_amount, y.currency AS facing_currency,
       r.amount AS refund_amount, d.reason AS dispute_reason,
       CASE WHEN $8::boolean THEN (
         SELECT w.payload FROM webhook_events w
         WHERE w.object_id = paid.charge_id AND w.object_type = 'charge' AND w.received_at <= $3
         ORDER BY w.seq LIMIT 1) END AS charge_event
FROM balance_transactions b
JOIN reconciliation_runs told ON told.id = b.run_id AND told.finished_at <= $3
LEFT JOIN LATERAL (
  SELECT named.payout_id, po.arrival_at, po.bank_trace_id, po.bank_trace_status, own.stripe_created AS paid_created
  FROM (
    SELECT i.payout_id, true AS is_item
    FROM payout_items i
    JOIN reconciliation_runs listed ON listed.id = i.run_id AND listed.finished_at <= $3
    WHERE i.balance_transaction_id = b.id
    UNION ALL
    SELECT b.source, false
    WHERE b.reporting_category = 'payout'
      AND EXISTS (SELECT 1 FROM payout_items i
                  JOIN reconciliation_runs listed ON listed.id = i.run_id AND listed.finished_at <= $3
                  WHERE i.payout_id = b.source)
  ) AS named
  JOIN payouts po ON po.id = named.payout_id AND po.automatic
  JOIN LATERAL (
    SELECT o.id, o.stripe_created
    FROM balance_transactions o
    JOIN reconciliation_runs seen ON seen.id = o.run_id AND seen.finished_at <= $3
    WHERE o.source = po.id AND o.reporting_category = 'payout' AND o.version = 1
    ORDER BY o.stripe_created, o.id LIMIT 1
  ) AS own ON true
  WHERE named.is_item OR own.id = b.id
  ORDER BY named.payout_id LIMIT 1
) AS item ON true
LEFT JOIN LATERAL (
  SELECT e.payment_id FROM journal_entries e
  WHERE e.source_id = b.source AND e.payment_id IS NOT NULL AND e.recorded_at <= $3
  ORDER BY e.recorded_at, e.id LIMIT 1
) AS about ON true
LEFT JOIN LATERAL (
  SELECT e.source_id FROM journal_entries e
  WHERE e.payment_id = about.payment_id AND e.kind = 'sale_card' AND e.recorded_at <= $3
  ORDER BY e.recorded_at, e.id LIMIT 1
) AS taken ON true
CROSS JOIN LATERAL (
  SELECT CASE WHEN b.source LIKE 'ch\_%' OR b.source LIKE 'py\_%' THEN b.source ELSE taken.source_id END AS charge_id
) AS paid
LEFT JOIN payments y ON y.id = about.payment_id
LEFT JOIN refunds r ON r.stripe_refund = b.source AND r.payment_id = about.payment_id
LEFT JOIN disputes d ON d.id = b.source AND d.payment_id = about.payment_id
WHERE NOT b.gone
  AND NOT EXISTS (SELECT 1 FROM balance_transactions newer
                  JOIN reconciliation_runs later ON later.id = newer.run_id AND later.finished_at <= $3
                  WHERE newer.id = b.id AND newer.version > b.version)
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
