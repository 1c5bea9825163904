-- Payments by the moment they were made, newest first; each filter counts when it is not null.
-- $1 till, $2 status, $3 method, $4 from, $5 to, $6 least amount, $7 most, $8 currency, $9 customer, $10 decline code,
-- $11 text that is an id of the payment, its sale or Stripe's, the till's ref of the payment or its sale, the customer's ref, or a
-- card's last four digits,
-- $12 and $13 position after which the page starts, $14 rows at most.
SELECT p.* FROM payments p
WHERE ($1::text IS NULL OR p.till_id = $1) AND ($2::text IS NULL OR p.status = $2)
  AND ($3::text IS NULL OR p.method = $3)
  AND ($4::timestamptz IS NULL OR p.created_at >= $4) AND ($5::timestamptz IS NULL OR p.created_at < $5)
  AND ($6::bigint IS NULL OR p.amount >= $6) AND ($7::bigint IS NULL OR p.amount <= $7)
  AND ($8::text IS NULL OR p.currency = $8) AND ($9::text IS NULL OR p.customer_ref = $9)
  AND ($10::text IS NULL OR p.decline_code = $10)
  AND ($11::text IS NULL OR p.id IN (
    SELECT f.id FROM payments f
    WHERE f.id = $11 OR f.sale_id = $11 OR f.stripe_payment_intent = $11 OR f.stripe_charge = $11 OR f.external_ref = $11
       OR f.card_last4 = $11 OR f.customer_ref = $11
    UNION SELECT t.id FROM sales s JOIN payments t ON t.sale_id = s.id WHERE s.external_ref = $11))
  AND ($12::timestamptz IS NULL OR (p.created_at, p.id) < ($12, $13::text))
ORDER BY p.created_at DESC, p.id DESC LIMIT $14
