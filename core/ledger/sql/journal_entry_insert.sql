-- Posts an entry with its postings in one statement; answers its id, or no row when (kind, source, revision) is known.
-- $1 id, $2 kind, $3 source, $4 revision, $5 occurred at, $6 recorded at, $7 business date, $8 cause kind, $9 cause id,
-- $10 corrected entry, $11 sale, $12 payment, $13 trace; $14 accounts, $15 objects, $16 currencies, $17 amounts.
WITH entry AS (
  INSERT INTO journal_entries (id, kind, source_id, revision, occurred_at, recorded_at, business_date, cause_kind, cause_id,
                               corrects, sale_id, payment_id, trace_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  ON CONFLICT (kind, source_id, revision) DO NOTHING
  RETURNING id
), legs AS (
  INSERT INTO postings (entry_id, position, account, object, currency, amount)
  SELECT entry.id, leg.position, leg.account, leg.object, leg.currency, leg.amount
  FROM entry, unnest($14::text[], $15::text[], $16::text[], $17::bigint[])
       WITH ORDINALITY AS leg (account, object, currency, amount, position)
)
SELECT id FROM entry
