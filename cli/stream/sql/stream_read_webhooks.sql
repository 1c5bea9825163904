-- Deliveries taken in behind sequence number $1, oldest first, $2 at most.
SELECT seq::text, type, received_at AS at, id, '' AS till_id, status
FROM webhook_events WHERE seq > $1 ORDER BY seq LIMIT $2
