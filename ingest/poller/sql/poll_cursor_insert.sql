-- Makes cursor $1 at $2, the platform's first start; a known one keeps its place, but is due at $3 at the latest, so that a
-- shorter interval counts at once. Next poll due at $3.
INSERT INTO poll_cursors (name, at, due_at, updated_at) VALUES ($1, $2, $3, $2)
ON CONFLICT (name) DO UPDATE SET due_at = $3 WHERE poll_cursors.due_at > $3
