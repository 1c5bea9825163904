-- Notes that the pager's event $1 of type $2 was applied with result $3 at $4; one that is known stays as it is.
INSERT INTO alert_pager_events (id, type, result, at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING
