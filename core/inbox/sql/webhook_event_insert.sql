-- Accepts one event of Stripe's; 0 rows when its id is known.
-- $1 id, $2 type, $3 object type, $4 object id, $5 source, $6 payload text, $7 created at Stripe, $8 received at.
INSERT INTO webhook_events (id, type, object_type, object_id, source, payload, stripe_created, received_at, next_attempt_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
ON CONFLICT (id) DO NOTHING
