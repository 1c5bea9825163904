-- Cursor $1 when it is due at $2, and whether this session now holds the poller's advisory lock $3. No row and no lock when it
-- is not due. One who asks in the very moment at which another lets go may poll once more, which finds nothing new.
SELECT at, due_at, pg_try_advisory_lock($3) AS mine FROM poll_cursors WHERE name = $1 AND due_at <= $2
