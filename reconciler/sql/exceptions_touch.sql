-- Says that the exceptions $1 still hold. $2 run, $3 seen at.
UPDATE exceptions SET last_seen_run_id = $2, last_seen_at = $3 WHERE id = ANY ($1::text[])
