-- The leader $2 of term $3 goes: whoever looks at the lease $1 next may take it at once.
UPDATE alert_leases SET holder = '', beat = beat + 1
WHERE name = $1 AND holder = $2 AND term = $3
