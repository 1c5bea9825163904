-- Adds an entry $1 of kind $2 for source $3 as its revision $4: $9 of currency $10 on account $7 for object $8 at instant $5 of date $6, and the
-- opposite on account $11; $12 sale, $13 payment. Balanced by its form. No lock beyond the new rows.
WITH entry AS (
  INSERT INTO journal_entries
    (id, kind, source_id, revision, occurred_at, recorded_at, business_date, cause_kind, cause_id, sale_id, payment_id)
  VALUES ($1, $2, $3, $4, $5, $5, $6, 'person', 'owner', $12, $13)
  RETURNING id
)
INSERT INTO postings (entry_id, position, account, object, currency, amount)
SELECT id, 1, $7::text, $8::text, $10::text, $9::bigint FROM entry
UNION ALL
SELECT id, 2, $11::text, NULL, $10::text, -$9::bigint FROM entry
