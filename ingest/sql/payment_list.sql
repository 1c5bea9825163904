-- Payments by the moment they were made, newest first; each filter counts when it is not null.
-- $1 till, $2 status, $3 method, $4 from, $5 to, $6 least amount, $7 most, $8 currency, $9 customer, $10 decline code,
-- $11 text that is an id of the payment, its sale or Stripe's, an external ref, or a card's last four digits,
-- $12 and $13 position after which the page starts, $14 rows at most.
SELECT p.* FROM payments p
WHERE ($1::text IS NULL OR p.till_id = $1) AND ($2::text IS NULL OR p.status = $2)
  AND ($3::text IS NULL OR p.method = $3)
  AND ($4::timestamptz IS NULL OR p.created_at >= $4) AND ($5::timestamptz IS NULL OR p.created_at < $5)
  AND ($6::bigint IS NULL OR p.amount >= $6) AND ($7::bigint IS NULL OR p.amount <= $7)
  AND ($8::text IS NULL OR p.currency = $8) AND ($9::text IS NULL OR p.customer_ref = $9)
  AND ($10::text IS NULL OR p.decline_code = $10)
  AND ($11::text IS NULL OR $11 IN (p.id, p.sale_id, p.external_ref, p.stripe_payment_intent, p.stripe_charge, p.card_last4))
  AND ($12::timestamptz IS NULL OR (p.created_at, p.id) < ($12, $13::text))
ORDER BY p.created_at DESC, p.id DESC LIMIT $14
