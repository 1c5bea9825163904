-- The other messages of the threads of $1 (ids of messages), and whether each comes before it.
SELECT d.id, n.change, n.attempts > 0 AS tried, n.seq < d.seq AS earlier
FROM alert_deliveries d
JOIN alert_deliveries n ON n.thread = d.thread AND n.id <> d.id
WHERE d.id = ANY ($1::text[])
