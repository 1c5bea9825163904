-- Posts many entries with their postings in one statement; answers the ids that were new, in no order.
-- $1 jsonb array of entries {id, kind, source_id, revision, occurred_at, business_date, cause_kind, cause_id, corrects,
-- sale_id, payment_id, trace_id, postings: [{account, object, currency, amount}]}, $2 recorded at.
WITH given AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS e (
    id text, kind text, source_id text, revision integer, occurred_at timestamptz, business_date date, cause_kind text,
    cause_id text, corrects text, sale_id text, payment_id text, trace_id text, postings jsonb)
), entry AS (
  INSERT INTO journal_entries (id, kind, source_id, revision, occurred_at, recorded_at, business_date, cause_kind, cause_id,
                               corrects, sale_id, payment_id, trace_id)
  SELECT id, kind, source_id, revision, occurred_at, $2::timestamptz, business_date, cause_kind, cause_id, corrects, sale_id,
         payment_id, trace_id
  FROM given
  ON CONFLICT (kind, source_id, revision) DO NOTHING
  RETURNING id
), legs AS (
  INSERT INTO postings (entry_id, position, account, object, currency, amount)
  SELECT entry.id, leg.position, leg.value ->> 'account', leg.value ->> 'object', leg.value ->> 'currency',
         (leg.value ->> 'amount')::bigint
  FROM entry
  JOIN given USING (id)
  CROSS JOIN LATERAL jsonb_array_elements(given.postings) WITH ORDINALITY AS leg (value, position)
)
SELECT id FROM entry
