-- Adds the rows of certificates. $1 jsonb array.
INSERT INTO certificate_rows (certificate_id, position, balance_transaction_id, version, state, category, counterpart, digest)
SELECT certificate_id, position, balance_transaction_id, version, state, category, counterpart, digest
FROM jsonb_to_recordset($1::jsonb) AS r (
  certificate_id text, position integer, balance_transaction_id text, version integer, state text, category text,
  counterpart text, digest text)
