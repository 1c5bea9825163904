-- Payments of the newest webhooks that are not applied: with $3 of those that failed in ($1, $2], else of all that wait. $4 limit.
SELECT p.id AS payment_id, w.type AS what, p.currency, p.amount::text AS amount, p.till_id, w.received_at AS at
FROM (
  SELECT type, object_id, received_at FROM webhook_events
  WHERE status <> 'processed'
    AND CASE WHEN $3::boolean THEN status IN ('failed', 'parked') AND failed_at > $1 AND failed_at <= $2
             ELSE received_at <= $2 END
  ORDER BY received_at DESC, id DESC
  LIMIT 200
) AS w
JOIN payments p ON p.stripe_payment_intent = w.object_id OR p.stripe_charge = w.object_id
ORDER BY w.received_at DESC, p.id
LIMIT $4
