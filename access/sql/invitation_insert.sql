-- Invites the person $2. $1 id, $3 digest of the link's secret, $4 now, $5 its end.
INSERT INTO invitations (id, person_id, digest, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)
