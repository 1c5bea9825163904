-- Sources of the rows that looks have dealt with.
SELECT DISTINCT source FROM reconciliation_look_objects WHERE source IS NOT NULL
