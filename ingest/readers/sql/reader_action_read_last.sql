-- The last action of a payment: the open one if there is one. $1 payment.
SELECT * FROM reader_actions WHERE payment_id = $1
ORDER BY ended_at IS NULL DESC, started_at DESC, ended_at DESC, id DESC LIMIT 1
