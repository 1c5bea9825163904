-- Opens the review of quarter $2 once. $1 id, $3 now, $4 due.
INSERT INTO access_reviews (id, quarter, opened_at, due_at) VALUES ($1, $2, $3, $4) ON CONFLICT (quarter) DO NOTHING
