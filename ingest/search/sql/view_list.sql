-- The views that an actor saved of a page, by name. $1 actor, $2 page.
SELECT id, page, name, query, updated_at FROM saved_views WHERE actor_id = $1 AND page = $2 ORDER BY lower(name), id
