-- The first place after $1 whose line in the head file begins with $2.
SELECT position, hash FROM audit_seals
WHERE position > $1 AND starts_with(position::text || ' ' || hash, $2)
ORDER BY position
LIMIT 1
