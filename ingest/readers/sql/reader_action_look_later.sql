-- When to look at an open action next. $1 action, $2 when, $3 due: null leaves it.
UPDATE reader_actions SET look_at = $2, due_at = coalesce($3, due_at) WHERE id = $1 AND ended_at IS NULL
