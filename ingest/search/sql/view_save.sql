-- Saves a view under its name, in place of the actor's earlier one of that name; no row when the actor has $7 others already.
-- $1 id, $2 actor, $3 page, $4 name, $5 query, $6 now, $7 views at most.
INSERT INTO saved_views (id, actor_id, page, name, query, created_at, updated_at)
SELECT $1, $2, $3, $4, $5, $6, $6
WHERE (SELECT count(*) FROM saved_views v WHERE v.actor_id = $2 AND v.page = $3 AND v.name <> $4) < $7
ON CONFLICT (actor_id, page, name) DO UPDATE SET query = excluded.query, updated_at = excluded.updated_at
RETURNING id, page, name, query, updated_at
