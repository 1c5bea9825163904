-- The name of whoever holds the token $1: the person's when one is named, else the token's.
SELECT coalesce(person, name) AS name FROM api_tokens WHERE id = $1
