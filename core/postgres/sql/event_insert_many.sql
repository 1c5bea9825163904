-- Adds events for the relay in their order. $1 ids, $2 types, $3 times of occurrence, $4 recorded at, $5 payments or null, $6 bodies.
INSERT INTO events (id, type, occurred_at, recorded_at, payment_id, body)
SELECT e.id, e.type, e.occurred_at, $4, e.payment_id, e.body
FROM unnest($1::text[], $2::text[], $3::timestamptz[], $5::text[], $6::jsonb[])
     WITH ORDINALITY AS e (id, type, occurred_at, payment_id, body, position)
ORDER BY e.position
