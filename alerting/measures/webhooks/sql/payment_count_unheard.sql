-- Card payments that succeeded in ($1, $2] and of which no delivery of Stripe's has told, neither of their PaymentIntent nor of
-- their charge; what the poller brought is no delivery. One row with the count of all and of those. $3 made after (not included).
SELECT count(*)::integer AS payments,
       (count(*) FILTER (WHERE NOT EXISTS (
          SELECT FROM webhook_events w
          WHERE w.object_id IN (p.stripe_payment_intent, p.stripe_charge) AND w.source = 'webhook')))::integer AS unheard
FROM payments p
WHERE p.method = 'card' AND p.status = 'succeeded' AND p.stripe_payment_intent IS NOT NULL
  AND p.created_at > $3 AND p.created_at <= $2 AND p.finished_at > $1 AND p.finished_at <= $2
