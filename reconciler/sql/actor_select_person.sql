-- Who stands behind the actor $1: the name, and the person, for whom the name stands when nobody said.
SELECT name, person FROM actors WHERE id = $1
