-- Takes entry $1 and its postings away without a trace, as only the owner without triggers can.
WITH gone AS (DELETE FROM postings WHERE entry_id = $1)
DELETE FROM journal_entries WHERE id = $1
