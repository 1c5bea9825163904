-- Changes of exceptions behind sequence number $1, oldest first, $2 at most.
SELECT seq::text, change AS type, at, exception_id AS id, '' AS till_id FROM exception_history WHERE seq > $1 ORDER BY seq LIMIT $2
