-- Adds places to the end of the chain, only under the sealer's lock. $1 positions, $2 ids of rows, $3 hashes, side by side.
INSERT INTO audit_seals (position, entry_id, hash)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])
