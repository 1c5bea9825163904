-- What was noted of the copies of format 2: without it their dates count as never copied.
TRUNCATE TABLE reconciliation_copies_v1
