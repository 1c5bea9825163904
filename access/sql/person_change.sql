-- Changes name $3, role $4 and stores $5 of the person $1 as they were at version $2; no row when they changed since.
UPDATE people SET name = $3, role = $4, stores = $5, version = version + 1 WHERE id = $1 AND version = $2 AND status <> 'removed'
