-- Adds the outstanding items of certificates. $1 jsonb array.
INSERT INTO certificate_outstanding (certificate_id, position, account, object, movement_key, currency, amount, occurred_at,
                                     state, digest)
SELECT certificate_id, position, account, object, movement_key, currency, amount, occurred_at, state, digest
FROM jsonb_to_recordset($1::jsonb) AS o (
  certificate_id text, position integer, account text, object text, movement_key text, currency text, amount bigint,
  occurred_at timestamptz, state text, digest text)
