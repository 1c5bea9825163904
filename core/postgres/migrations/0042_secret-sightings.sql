-- Up Migration
-- When a secret was first used here, so that its age is known (reliability.md §4, "age metric"). The secret itself is nowhere: a
-- fingerprint made slowly (scrypt) tells one from its successor and cannot be tried out.

CREATE TABLE secret_sightings (
  name          text NOT NULL,
  fingerprint   text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{16}$'),
  first_seen_at timestamptz(3) NOT NULL,
  PRIMARY KEY (name, fingerprint)
);

GRANT SELECT, INSERT ON secret_sightings TO tillwatch_app;
