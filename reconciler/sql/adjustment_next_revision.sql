-- The revision of the next adjustment entry of exception $1.
SELECT coalesce(max(revision), 0) + 1 AS revision FROM journal_entries WHERE kind = 'exception_adjustment' AND source_id = $1
