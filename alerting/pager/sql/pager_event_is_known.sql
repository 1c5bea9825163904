-- A row when the pager's event $1 was applied before.
SELECT 1 AS known FROM alert_pager_events WHERE id = $1
