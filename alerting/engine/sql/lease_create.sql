-- The very first leader $2 of the lease $1 at $3, until $4; nothing when there is a row already.
INSERT INTO alert_leases (name, holder, until, term, beat, clock_at)
VALUES ($1, $2, $4, 1, 0, $3)
ON CONFLICT (name) DO NOTHING
