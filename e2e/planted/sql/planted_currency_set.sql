-- Writes every posting of entry $1 in currency $2: the entry stays balanced.
UPDATE postings SET currency = $2 WHERE entry_id = $1
