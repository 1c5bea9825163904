-- The PaymentIntent is there, the reader comes next: known before it is asked. No row when the action has ended.
-- $1 action, $2 intent, $3 now.
WITH action AS (
  UPDATE reader_actions SET status = 'handing' WHERE id = $1 AND status = 'creating' RETURNING payment_id
)
UPDATE payments p SET stripe_payment_intent = $2, updated_at = $3, version = version + 1
FROM action a WHERE p.id = a.payment_id AND p.stripe_payment_intent IS NULL
