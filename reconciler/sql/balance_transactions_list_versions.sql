-- Date and instant of the rows $1 in the versions $2 (same length).
SELECT b.id, b.stripe_created, b.business_date
FROM unnest($1::text[], $2::integer[]) AS named (id, version)
JOIN balance_transactions b ON b.id = named.id AND b.version = named.version
