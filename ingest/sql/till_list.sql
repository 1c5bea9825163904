-- The tills of the shop with their stores. $1 tills or null.
SELECT t.id, t.name, t.active, t.store_id, s.name AS store_name, s.zone AS store_zone
FROM tills t JOIN stores s ON s.id = t.store_id
WHERE $1::text[] IS NULL OR t.id = ANY ($1) ORDER BY t.id
