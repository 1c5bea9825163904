-- $2 takes the lease $1 from whoever stood at term $3 and beat $4; nothing when that one has beaten since, or somebody else was
-- faster. Waits for a commit of the old leader that is under way: its beat goes first. $5 now, $6 until.
UPDATE alert_leases SET holder = $2, term = term + 1, beat = beat + 1, clock_at = $5, until = $6
WHERE name = $1 AND term = $3 AND beat = $4
