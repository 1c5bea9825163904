-- The frozen batches that are not marked as relayed, oldest first. $1 most batches.
SELECT id FROM relay_batches WHERE relayed_at IS NULL ORDER BY id LIMIT $1
