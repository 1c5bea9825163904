-- Ends the silence $1 at $2 by the word of $3; nothing when it has ended already. The row stays.
UPDATE alert_silences SET ended_at = $2, ended_by = $3
WHERE id = $1 AND ended_at IS NULL AND until_at > $2
