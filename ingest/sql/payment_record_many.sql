-- Writes what was learnt of payments of different sales, and what their sales are paid by them; a sale closes when all of it
-- is paid. The caller holds the locks of all rows.
-- $1 JSON array of {id, status, intent, charge, captured, decline_code, failure_code, failure_message, brand, last4,
-- first_writer, finished_at, latency_ms, attempts, sale_id, newly_paid}, $2 now, $3 the payments, $4 the sales.
WITH learnt AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1::json) AS l (
    id text, status text, intent text, charge text, captured bigint, decline_code text, failure_code text,
    failure_message text, brand text, last4 text, first_writer text, finished_at timestamptz, latency_ms integer,
    attempts text[], sale_id text, newly_paid bigint)
), paid AS (
  UPDATE sales s
  SET amount_paid = least(s.total, s.amount_paid + l.newly_paid), updated_at = $2,
      status = CASE WHEN s.amount_paid + l.newly_paid >= s.total THEN 'closed' ELSE s.status END
  FROM learnt l WHERE s.id = ANY ($4::text[]) AND s.id = l.sale_id AND l.newly_paid > 0
)
UPDATE payments p
SET status = l.status, stripe_payment_intent = l.intent, stripe_charge = l.charge, amount_captured = l.captured,
    decline_code = l.decline_code, failure_code = l.failure_code, failure_message = l.failure_message, card_brand = l.brand,
    card_last4 = l.last4, first_writer = l.first_writer, finished_at = l.finished_at, latency_ms = l.latency_ms,
    attempts = l.attempts, updated_at = $2, version = p.version + 1
FROM learnt l WHERE p.id = ANY ($3::text[]) AND p.id = l.id
