-- Events of payments and refunds behind sequence number $1, oldest first, $2 at most. A number may commit after a larger one: the reader looks back.
SELECT seq::text, type, occurred_at AS at, coalesce(nullif(body ->> 'refund_id', ''), payment_id, body ->> 'sale_id') AS id,
       body ->> 'till_id' AS till_id, payment_id, body ->> 'status' AS status, body ->> 'method' AS method
FROM events
WHERE seq > $1 AND (type LIKE 'payment.%' OR type LIKE 'refund.%' OR type LIKE 'sale.%')
ORDER BY seq LIMIT $2
