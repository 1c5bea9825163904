-- The phase of rule $1's alerts that are furthest from quiet; no row when it never was anything but quiet.
SELECT phase FROM alert_states WHERE rule = $1
ORDER BY array_position(ARRAY['firing', 'recovering', 'pending', 'inactive'], phase) LIMIT 1
