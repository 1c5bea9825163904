-- How many entries the ledger holds, for the check's own line.
SELECT count(*) AS entries FROM journal_entries
