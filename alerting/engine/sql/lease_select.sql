-- Who leads, and how far: the row of the lease $1.
SELECT l.holder, l.term, l.beat, l.clock_at
FROM alert_leases l
WHERE l.name = $1
