-- Pages that run $1 has staged, each list in its order.
SELECT list, position, cursor, objects, read_at FROM reconciliation_pages WHERE run_id = $1 ORDER BY list, position
