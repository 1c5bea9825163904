-- Adds one event for the relay. $1 id, $2 type, $3 occurred at, $4 recorded at, $5 payment or null, $6 body.
INSERT INTO events (id, type, occurred_at, recorded_at, payment_id, body) VALUES ($1, $2, $3, $4, $5, $6)
