-- Notes that a secret is in use, once: its first time stays. $1 name, $2 fingerprint, $3 at.
INSERT INTO secret_sightings (name, fingerprint, first_seen_at) VALUES ($1, $2, $3)
ON CONFLICT (name, fingerprint) DO NOTHING
