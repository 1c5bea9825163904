-- Marks a batch that ClickHouse has acknowledged. $1 batch, $2 now.
UPDATE relay_batches SET relayed_at = $2 WHERE id = $1 AND relayed_at IS NULL
