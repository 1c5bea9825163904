-- The held messages $1 (ids) were told by a digest at $2.
UPDATE alert_held SET told_at = $2
WHERE id = ANY ($1) AND told_at IS NULL
