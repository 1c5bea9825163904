-- Adds a refund and reserves its amount of the payment; no row when less than that is left.
-- $1 id, $2 payment, $3 method, $4 amount or null for all that is left, $5 reason, $6 status, $7 cashier, $8 trace, $9 now,
-- $10 first writer or null, $11 all that is left. The caller holds the payment's lock.
WITH payment AS (
  UPDATE payments
  SET amount_refunded = amount_refunded + coalesce($4::bigint, amount_captured - amount_refunded), updated_at = $9,
      version = version + 1
  WHERE id = $2 AND amount_captured > amount_refunded
    AND coalesce($4::bigint, 0) <= amount_captured - amount_refunded
  RETURNING id, currency, amount_refunded
)
INSERT INTO refunds (id, payment_id, method, currency, amount, reason, status, cashier_ref, trace_id, first_writer, created_at, updated_at)
SELECT $1, payment.id, $3, payment.currency, coalesce($4::bigint, $11::bigint), $5, $6, $7, $8, $10, $9, $9 FROM payment
RETURNING *
