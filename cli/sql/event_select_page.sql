-- Events in the order of their ids, whatever their batch. $1 id to go on after, $2 rows at most.
SELECT id, type, occurred_at, recorded_at, body FROM events WHERE id COLLATE "C" > $1 ORDER BY id COLLATE "C" LIMIT $2
