-- Outstanding items of the certificates $1, in order.
SELECT certificate_id, position, account, object, movement_key, currency, amount, occurred_at, state, digest
FROM certificate_outstanding
WHERE certificate_id = ANY ($1::text[])
ORDER BY certificate_id, position
