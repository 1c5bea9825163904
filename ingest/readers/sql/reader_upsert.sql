-- Notes which of Stripe's readers one of ours is. $1 reader, $2 Stripe's id, $3 now.
INSERT INTO readers (id, stripe_reader, updated_at) VALUES ($1, $2, $3)
ON CONFLICT (id) DO UPDATE SET stripe_reader = excluded.stripe_reader, updated_at = excluded.updated_at
