-- The person behind the actor $1.
SELECT person FROM actors WHERE id = $1
