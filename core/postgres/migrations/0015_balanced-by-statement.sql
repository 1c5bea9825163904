-- Up Migration
-- What made a group of entries dear to commit is asked once per statement, and no more than needed.

-- Entries were checked row by row at COMMIT. Now the statement that adds rows is: what it adds to an entry sums to zero, so
-- every entry does, by whatever statements it came; and an entry comes together with its postings. Nothing that was
-- refused at COMMIT before can be committed now.
DROP TRIGGER postings_balanced ON postings;
DROP TRIGGER journal_entries_have_postings ON journal_entries;
DROP FUNCTION check_entry_is_balanced;
DROP FUNCTION check_entry_has_postings;

CREATE FUNCTION check_postings_are_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong text;
BEGIN
  SELECT entry_id INTO wrong FROM added GROUP BY entry_id, currency HAVING sum(amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal entry % does not sum to zero', wrong USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER postings_balanced AFTER INSERT ON postings
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_postings_are_balanced();

-- The plan is kept for as long as a session lives, and must not be one for the empty table that it may have begun with.
CREATE FUNCTION check_entries_have_postings() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  wrong text;
BEGIN
  SELECT a.id INTO wrong FROM added a
  WHERE (SELECT count(*) FROM postings p WHERE p.entry_id = a.id) < 2 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal entry % has fewer than two postings', wrong USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER journal_entries_have_postings AFTER INSERT ON journal_entries
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_entries_have_postings();

-- An event is in no batch when it is written: it need not stand in the index of batches.
DROP INDEX events_by_batch;
CREATE INDEX events_by_batch ON events (batch_id) WHERE batch_id IS NOT NULL;
