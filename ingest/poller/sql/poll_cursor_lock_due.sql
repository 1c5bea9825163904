-- The cursors of $1 that are due at $2, and whether this session now holds the poller's advisory lock $3. No row and no lock
-- when none is due. One who asks in the very moment at which another lets go may poll once more, which finds nothing new.
WITH due AS MATERIALIZED (
  SELECT name, at, due_at FROM poll_cursors WHERE name = ANY ($1::text[]) AND due_at <= $2
), locked AS MATERIALIZED (
  SELECT pg_try_advisory_lock($3) AS mine WHERE EXISTS (SELECT FROM due)
)
SELECT due.name, due.at, due.due_at, locked.mine FROM due, locked
