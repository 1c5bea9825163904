-- Card payments whose outcome nobody knows, taken on before $1, newest first; $2 store (empty: all), $3 limit. Each row also
-- says how many there are ($1, $2) and what they amount to in its currency.
SELECT id AS payment_id, 'processing' AS what, currency, amount::text AS amount, till_id, accepted_at AS at,
       (count(*) OVER ())::integer AS total, (sum(amount) OVER (PARTITION BY currency))::bigint AS at_stake
FROM payments
WHERE status = 'processing' AND accepted_at < $1 AND ($2 = '' OR store_id = $2)
ORDER BY accepted_at DESC, id DESC
LIMIT $3
