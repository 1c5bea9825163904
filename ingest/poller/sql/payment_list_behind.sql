-- Which PaymentIntents tell of a payment of ours what it does not show. A payment that has its money is done; one that was
-- canceled can only have been paid after all; a refused attempt is `requires_payment_method` at Stripe.
-- Arrays of one length: $1 intents, $2 our payments as they name them or null, $3 their statuses.
SELECT listed.id
FROM unnest($1::text[], $2::text[], $3::text[]) AS listed (id, payment_id, status)
JOIN payments p ON p.id = listed.payment_id
WHERE p.status <> 'succeeded' AND listed.status <> p.status
  AND NOT (p.status = 'payment_failed' AND listed.status = 'requires_payment_method')
  AND NOT (p.status = 'canceled' AND listed.status <> 'succeeded')
