-- Card payments of one sale with the same amount and the same card, one of which succeeded within $3 after the other: the
-- second one in ($1, $2], made after $4. How many, and up to five of them.
SELECT count(*)::integer AS repeated, coalesce((array_agg(later.id ORDER BY later.finished_at DESC, later.id))[1:5], '{}') AS samples
FROM payments later
WHERE later.created_at > $4 AND later.created_at <= $2
  AND later.method = 'card' AND later.status = 'succeeded' AND later.finished_at > $1 AND later.finished_at <= $2
  AND EXISTS (
    SELECT 1 FROM payments earlier
    WHERE earlier.sale_id = later.sale_id AND earlier.id <> later.id AND earlier.method = 'card'
      AND earlier.status = 'succeeded' AND earlier.amount = later.amount AND earlier.currency = later.currency
      AND earlier.card_brand IS NOT DISTINCT FROM later.card_brand
      AND earlier.card_last4 IS NOT DISTINCT FROM later.card_last4
      AND (earlier.finished_at, earlier.id) < (later.finished_at, later.id)
      AND earlier.finished_at > later.finished_at - $3::interval
  )
