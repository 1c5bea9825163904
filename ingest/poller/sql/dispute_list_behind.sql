-- Which disputes of Stripe's we do not know, or not as they are: another status, or more balance transactions. One of a charge
-- that is not ours stays unknown; its payment may only not have been applied yet.
-- Arrays of one length: $1 disputes, $2 their statuses, $3 how many balance transactions they show.
SELECT listed.id
FROM unnest($1::text[], $2::text[], $3::integer[]) AS listed (id, status, rows)
LEFT JOIN disputes d ON d.id = listed.id
WHERE d.id IS NULL OR d.status <> listed.status OR d.rows_seen < listed.rows
