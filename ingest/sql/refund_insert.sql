-- Adds a refund and reserves its amount of the payment; no row when less than that is left, or nothing.
-- $1 id, $2 payment, $3 method, $4 amount, $5 reason, $6 status, $7 cashier, $8 trace, $9 now, $10 first writer or null, $11 who gives it back.
-- The caller holds the payment's lock.
WITH payment AS (
  UPDATE payments SET amount_refunded = amount_refunded + $4::bigint, updated_at = $9, version = version + 1
  WHERE id = $2 AND $4::bigint BETWEEN 1 AND amount_captured - amount_refunded
  RETURNING id, currency
)
INSERT INTO refunds (id, payment_id, method, currency, amount, reason, status, cashier_ref, trace_id, first_writer, asked_by, created_at, updated_at)
SELECT $1, payment.id, $3, payment.currency, $4, $5, $6, $7, $8, $10, $11, $9, $9 FROM payment
RETURNING *
