-- Writes what was learnt of a payment, and what its sale is paid by it; the sale closes when all of it is paid.
-- $1 payment, $2 status, $3 intent, $4 charge, $5 captured, $6 decline code, $7 failure code, $8 failure message, $9 brand,
-- $10 last4, $11 first writer, $12 finished at, $13 latency ms, $14 attempts, $15 now, $16 sale, $17 newly paid.
-- The caller holds the locks of both rows.
WITH payment AS (
  UPDATE payments
  SET status = $2, stripe_payment_intent = $3, stripe_charge = $4, amount_captured = $5, decline_code = $6,
      failure_code = $7, failure_message = $8, card_brand = $9, card_last4 = $10, first_writer = $11, finished_at = $12,
      latency_ms = $13, attempts = $14, updated_at = $15, version = version + 1
  WHERE id = $1
)
UPDATE sales
SET amount_paid = least(total, amount_paid + $17::bigint), updated_at = $15,
    status = CASE WHEN amount_paid + $17::bigint >= total THEN 'closed' ELSE status END
WHERE id = $16 AND $17::bigint > 0
