-- Makes a browser a till. $1 id, $2 till, $3 sha256 of its secret, $4 now, $5 by whom.
INSERT INTO till_devices (id, till_id, secret_sha256, created_at, created_by) VALUES ($1, $2, $3, $4, $5)
