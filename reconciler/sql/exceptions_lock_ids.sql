-- Locks the exceptions $1 and those that share an adjustment entry with them; answers all their ids in order.
SELECT e.id FROM exceptions e
WHERE e.id = ANY ($1::text[])
   OR e.adjustment_entry IN (SELECT m.adjustment_entry FROM exceptions m WHERE m.id = ANY ($1::text[]))
ORDER BY e.id
FOR UPDATE
