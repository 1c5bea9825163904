-- A till. $1 till.
SELECT id, name FROM tills WHERE id = $1
