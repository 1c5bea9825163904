-- Begins the looks; a known one is due at $1 at the latest, so that a shorter interval counts at once. $1 first look due at,
-- $2 now.
INSERT INTO reconciliation_looks (name, due_at, updated_at) VALUES ('today', $1, $2)
ON CONFLICT (name) DO UPDATE SET due_at = $1 WHERE reconciliation_looks.due_at > $1
