-- A refund with what its payment says. $1 refund.
SELECT r.*, p.sale_id, p.till_id, p.store_id, p.stripe_charge, p.stripe_payment_intent
FROM refunds r JOIN payments p ON p.id = r.payment_id
WHERE r.id = $1
