-- Begins an action, unless the reader or the payment has an open one: then no row. Waits for whoever is adding one now.
-- $1 id, $2 reader, $3 Stripe's reader, $4 payment, $5 key, $6 is first, $7 status, $8 now, $9 due, $10 look at.
INSERT INTO reader_actions (id, reader_id, stripe_reader, payment_id, key, is_first, status, started_at, due_at, look_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING
RETURNING *
