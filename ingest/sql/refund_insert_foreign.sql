-- Adds a refund that was made in Stripe and not by us, and reserves its amount; no row when its payment is unknown.
-- $1 id, $2 Stripe refund, $3 charge or null, $4 PaymentIntent or null, $5 currency, $6 amount, $7 reason, $8 now, $9 first writer.
-- Locks the payment.
WITH payment AS (
  UPDATE payments SET amount_refunded = amount_refunded + $6::bigint, updated_at = $8, version = version + 1
  WHERE id = (SELECT id FROM payments WHERE stripe_charge = $3 OR ($3 IS NULL AND stripe_payment_intent = $4))
  RETURNING id, sale_id, till_id, store_id, trace_id
), refund AS (
  INSERT INTO refunds (id, payment_id, method, currency, amount, reason, status, stripe_refund, trace_id, first_writer, created_at, updated_at)
  SELECT $1, payment.id, 'card', $5, $6, $7, 'processing', $2, payment.trace_id, $9, $8, $8 FROM payment
  RETURNING id, payment_id, currency, amount, reason, status, stripe_refund, failure_reason, first_writer, trace_id
)
SELECT refund.*, payment.sale_id, payment.till_id, payment.store_id FROM refund, payment
