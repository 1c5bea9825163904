-- How looks have dealt with the objects $1.
SELECT id, digest FROM reconciliation_look_objects WHERE id = ANY ($1::text[])
