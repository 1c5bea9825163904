-- Writes how alerts stand: $1 is a JSON array of {rule, labels_key, labels, phase, since, missing, failing, judgement, loud_since, opens},
-- $2 now. To which incident an alert belongs is written with the incident, and that a person closed it by that person; `opens` says that
-- this holds no longer.
INSERT INTO alert_states (rule, labels_key, labels, phase, since, missing, failing, judgement, loud_since, updated_at)
SELECT s.rule, s.labels_key, s.labels, s.phase, s.since, s.missing, s.failing, s.judgement, s.loud_since, $2
FROM jsonb_to_recordset($1::jsonb) AS s (rule text, labels_key text, labels jsonb, phase text, since timestamptz, missing integer,
  failing integer, judgement jsonb, loud_since timestamptz)
ON CONFLICT (rule, labels_key) DO UPDATE
SET labels = excluded.labels, phase = excluded.phase, since = excluded.since, missing = excluded.missing, failing = excluded.failing,
    judgement = excluded.judgement, loud_since = excluded.loud_since, updated_at = excluded.updated_at
