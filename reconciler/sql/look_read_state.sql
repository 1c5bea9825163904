-- The last look, and whether another is due. $1 now.
SELECT looked_at, due_at, due_at <= $1 AS due FROM reconciliation_looks WHERE name = 'today'
