-- Stages one page of a list. $1 run, $2 list, $3 position, $4 its last object, $5 its objects as JSON text, $6 read at.
INSERT INTO reconciliation_pages (run_id, list, position, cursor, objects, read_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
