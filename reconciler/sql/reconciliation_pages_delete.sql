-- Forgets what run $1 staged of list $2, or of every list when it is null.
DELETE FROM reconciliation_pages WHERE run_id = $1 AND ($2::text IS NULL OR list = $2)
