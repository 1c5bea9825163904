-- What happened to a payment, from our events and from Stripe's, in the order of time.
-- $1 payment, $2 PaymentIntent or null, $3 charge or null.
SELECT at, source, type, status, detail FROM (
  SELECT e.occurred_at AS at, 1 AS rank, e.seq, 'tillwatch' AS source, e.type, e.body ->> 'status' AS status,
         coalesce(nullif(e.body ->> 'refund_id', ''), nullif(e.body ->> 'decline_code', '')) AS detail
  FROM events e WHERE e.payment_id = $1
  UNION ALL
  SELECT w.stripe_created, 2, w.seq, w.source, w.type, w.status, coalesce(w.last_error, w.result)
  FROM webhook_events w
  WHERE w.object_id IN ($2, $3) OR w.object_id IN (SELECT r.stripe_refund FROM refunds r WHERE r.payment_id = $1)
) AS happened
ORDER BY at, rank, seq
