-- Card payments finished in ($1, $2] of a sale that had paid the same amount in the ten minutes before, newest first. $3 made
-- after, $4 limit.
SELECT later.id AS payment_id, 'paid twice' AS what, later.currency, later.amount::text AS amount, later.till_id,
       later.finished_at AS at
FROM payments later
WHERE later.created_at > $3 AND later.created_at <= $2 AND later.method = 'card' AND later.status = 'succeeded'
  AND later.finished_at > $1 AND later.finished_at <= $2
  AND EXISTS (
    SELECT FROM payments earlier
    WHERE earlier.sale_id = later.sale_id AND earlier.id <> later.id AND earlier.method = 'card'
      AND earlier.status = 'succeeded' AND earlier.amount = later.amount AND earlier.currency = later.currency
      AND (earlier.finished_at, earlier.id) < (later.finished_at, later.id)
      AND earlier.finished_at > later.finished_at - interval '10 min')
ORDER BY later.finished_at DESC, later.id DESC
LIMIT $4
