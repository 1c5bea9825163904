-- What an id of ours or Stripe's, or a till's ref, names: its kind, and the payment that it belongs to where it does; the nearest first.
-- $1 id, $2 tills that the caller sees, or null for all: then also what belongs to the shop as a whole.
SELECT found.kind, found.id FROM (
  SELECT 1 AS rank, 'payment' AS kind, p.id, p.till_id, p.created_at AS at FROM payments p
  WHERE p.id = $1 OR p.sale_id = $1 OR p.stripe_payment_intent = $1 OR p.stripe_charge = $1 OR p.external_ref = $1
  UNION ALL
  SELECT 2, 'payment', p.id, p.till_id, p.created_at FROM sales s JOIN payments p ON p.sale_id = s.id WHERE s.external_ref = $1
  UNION ALL
  SELECT 2, 'payment', p.id, p.till_id, p.created_at FROM refunds r JOIN payments p ON p.id = r.payment_id
  WHERE r.id = $1 OR r.stripe_refund = $1
  UNION ALL
  SELECT 2, 'payment', p.id, p.till_id, p.created_at FROM disputes d JOIN payments p ON p.id = d.payment_id WHERE d.id = $1
  UNION ALL
  SELECT 2, 'payment', p.id, p.till_id, p.created_at FROM journal_entries j JOIN payments p ON p.id = j.payment_id WHERE j.id = $1
  UNION ALL
  SELECT 3, 'payment', p.id, p.till_id, p.created_at FROM balance_transactions b
  JOIN payments p ON p.stripe_charge = b.source
                  OR p.id = (SELECT r.payment_id FROM refunds r WHERE r.stripe_refund = b.source)
                  OR p.id = (SELECT d.payment_id FROM disputes d WHERE d.id = b.source)
  WHERE b.id = $1
  UNION ALL
  SELECT 4, 'webhook', w.id, NULL, w.received_at FROM webhook_events w WHERE w.id = $1
  UNION ALL
  SELECT 4, 'payout', o.id, NULL, o.stripe_created FROM payouts o WHERE o.id = $1 OR o.balance_transaction = $1
  UNION ALL
  SELECT 5, 'payout', i.payout_id, NULL, NULL FROM payout_items i WHERE i.balance_transaction_id = $1
  UNION ALL
  SELECT 4, 'exception', e.id, NULL, e.first_seen_at FROM exceptions e WHERE e.id = $1
  UNION ALL
  SELECT 4, 'run', r.id, NULL, NULL FROM reconciliation_runs r WHERE r.id = $1
  UNION ALL
  SELECT 4, 'certificate', c.id, NULL, NULL FROM certificates c WHERE c.id = $1
  UNION ALL
  SELECT 4, 'alert', a.id, NULL, NULL FROM alert_incidents a WHERE a.id = $1
) AS found
WHERE $2::text[] IS NULL OR found.till_id = ANY($2)
ORDER BY found.rank, found.at DESC NULLS LAST, found.id LIMIT 1
