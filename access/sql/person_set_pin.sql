-- Gives the person $1 the PIN hash $2.
UPDATE people SET pin_hash = $2, version = version + 1 WHERE id = $1 AND status <> 'removed'
