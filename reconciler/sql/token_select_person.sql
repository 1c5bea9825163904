-- Who stands behind the token $1: its name, and the person, for whom the name stands when nobody said.
SELECT name, lower(trim(coalesce(person, name))) AS person FROM api_tokens WHERE id = $1
