-- Forgets what looks dealt with before $1: nightly runs have it in the mirror.
DELETE FROM reconciliation_look_objects WHERE at < $1
