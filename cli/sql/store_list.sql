-- Ids of the shop's stores.
SELECT id FROM stores ORDER BY id
