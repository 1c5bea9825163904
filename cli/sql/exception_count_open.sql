-- How many exceptions are open.
SELECT count(*)::int AS open FROM exceptions WHERE status = 'open'
