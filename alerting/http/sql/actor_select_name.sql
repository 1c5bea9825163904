-- The name under which others know the actor $1.
SELECT coalesce((SELECT person FROM api_tokens WHERE id = $1), (SELECT name FROM actors WHERE id = $1)) AS name
