-- The disputes of a payment, newest first. $1 payment.
SELECT * FROM disputes WHERE payment_id = $1 ORDER BY opened_at DESC, id DESC
