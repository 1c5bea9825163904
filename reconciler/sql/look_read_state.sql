-- The last look, the last one that read the whole unfinished date, and whether another is due. $1 now.
SELECT looked_at, whole_at, due_at, due_at <= $1 AS due FROM reconciliation_looks WHERE name = 'today'
