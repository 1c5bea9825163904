-- The leader $2 of term $3 still leads the lease $1; nothing when somebody has taken it. First statement of whatever the leader
-- commits: the row is held until then, so that of two who think they lead only one can. $4 now, $5 until.
UPDATE alert_leases SET beat = beat + 1, clock_at = $4, until = $5
WHERE name = $1 AND holder = $2 AND term = $3
RETURNING beat
