-- When each secret was first seen.
SELECT name, fingerprint, first_seen_at FROM secret_sightings
