-- A person closed the incident $1 at $2: what of it is still raised is let go, and opens nothing before its window has passed.
UPDATE alert_states SET incident_id = NULL, loud_since = NULL, closed_at = $2
WHERE incident_id = $1
