-- Payments with the newest open disputes opened in ($1, $2], or all open ones when $1 is null. $3 store (empty: all), $4 limit.
SELECT p.id AS payment_id, d.reason AS what, d.currency, d.amount::text AS amount, p.till_id, d.opened_at AS at
FROM disputes d JOIN payments p ON p.id = d.payment_id
WHERE d.closed_at IS NULL AND d.opened_at <= $2 AND ($1::timestamptz IS NULL OR d.opened_at > $1)
  AND ($3 = '' OR p.store_id = $3)
ORDER BY d.opened_at DESC, d.id DESC
LIMIT $4
