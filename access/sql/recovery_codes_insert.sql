-- Stores the digests $2 of the person $1's recovery codes.
INSERT INTO recovery_codes (person_id, digest) SELECT $1, unnest($2::bytea[])
