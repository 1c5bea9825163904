-- What happened to a payment, in the order of time: our events, Stripe's, notes, journal entries, its payout, and money calls
-- that have no answer yet.
-- $1 payment, $2 PaymentIntent or null, $3 charge or null.
SELECT at, source, type, id, status, detail, author FROM (
  SELECT e.occurred_at AS at, 1 AS rank, e.seq, 'tillwatch' AS source, e.type, e.id, e.body ->> 'status' AS status,
         coalesce(nullif(e.body ->> 'refund_id', ''), nullif(e.body ->> 'decline_code', '')) AS detail, NULL AS author
  FROM events e WHERE e.payment_id = $1
  UNION ALL
  SELECT w.stripe_created, 3, w.seq, w.source, w.type, w.id, w.status, coalesce(w.last_error, w.result), NULL
  FROM webhook_events w
  WHERE w.object_id IN ($2, $3) OR w.object_id IN (SELECT r.stripe_refund FROM refunds r WHERE r.payment_id = $1)
     OR w.object_id IN (SELECT d.id FROM disputes d WHERE d.payment_id = $1)
     OR w.object_id IN (SELECT f.id FROM fraud_warnings f WHERE f.payment_id = $1)
  UNION ALL
  SELECT n.at, 4, 0, 'note', 'note.added', n.id, NULL, n.text, t.name
  FROM payment_notes n JOIN actors t ON t.id = n.author WHERE n.payment_id = $1
  UNION ALL
  SELECT j.recorded_at, 2, 0, 'ledger', j.kind, j.id, NULL, j.source_id, NULL
  FROM journal_entries j
  WHERE j.payment_id = $1
     OR j.id IN (SELECT o.entry_id FROM postings o
                 WHERE o.object = $3 OR o.object IN (SELECT r.stripe_refund FROM refunds r WHERE r.payment_id = $1)
                    OR o.object IN (SELECT d.id FROM disputes d WHERE d.payment_id = $1))
  UNION ALL
  SELECT DISTINCT o.arrival_at, 5, 0::bigint, 'payout', 'payout.arrival', o.id, o.status, NULL::text, NULL::text
  FROM balance_transactions b
  JOIN payout_items i ON i.balance_transaction_id = b.id
  JOIN payouts o ON o.id = i.payout_id
  WHERE b.source = $3 AND b.type IN ('charge', 'payment')
  UNION ALL
  SELECT k.created_at, 6, 0, 'call', k.recovery_point, k.object_id, k.status, NULL, NULL
  FROM idempotency_keys k
  WHERE k.status = 'started' AND (k.object_id = $1 OR k.object_id IN (SELECT r.id FROM refunds r WHERE r.payment_id = $1))
) AS happened
ORDER BY at, rank, seq, id
