-- Takes an actor's own view away. $1 id, $2 actor.
DELETE FROM saved_views WHERE id = $1 AND actor_id = $2
