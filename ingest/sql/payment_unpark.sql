-- Takes the mark of `payment_park` away after Stripe was asked again and agrees. $1 payment, $2 now.
UPDATE payments
SET attention = NULL, attention_at = NULL, attention_detail = NULL, updated_at = $2, version = version + 1
WHERE id = $1 AND attention IS NOT NULL
