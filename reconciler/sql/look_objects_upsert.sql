-- Notes how objects were dealt with. $1 ids, $2 sources, $3 digests (same length), $4 now.
INSERT INTO reconciliation_look_objects (id, source, digest, at)
SELECT id, source, digest, $4 FROM unnest($1::text[], $2::text[], $3::text[]) AS dealt (id, source, digest)
ON CONFLICT (id) DO UPDATE SET source = excluded.source, digest = excluded.digest, at = excluded.at
