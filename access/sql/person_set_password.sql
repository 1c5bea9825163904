-- Gives the person $1 the password hash $2.
UPDATE people SET password_hash = $2, version = version + 1 WHERE id = $1
