-- Since when the incident of rule $1 has been open; no row when none is.
SELECT min(opened_at) AS opened_at FROM alert_incidents WHERE rule = $1 AND resolved_at IS NULL
