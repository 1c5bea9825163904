-- Notes how far a poll came; a cursor never goes back.
-- $1 name, $2 read up to, $3 next poll due at, $4 code of what ended the poll early or null, $5 now.
UPDATE poll_cursors SET at = greatest(at, $2), due_at = $3, failure = $4, updated_at = $5 WHERE name = $1
