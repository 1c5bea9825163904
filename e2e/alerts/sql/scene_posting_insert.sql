-- Adds an entry $1 at $2 that does not balance: 1.00 to the bank from nowhere, as only the owner without triggers can.
WITH entry AS (
  INSERT INTO journal_entries (id, kind, source_id, revision, occurred_at, recorded_at, business_date, cause_kind, cause_id)
  VALUES ($1, 'adjustment', $1, 1, $2, $2, $2::timestamptz::date, 'person', 'owner')
  RETURNING id
)
INSERT INTO postings (entry_id, position, account, currency, amount)
SELECT id, 1, 'bank', 'gbp', 100 FROM entry
