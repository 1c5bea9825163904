-- Ids of the exceptions that match filter $1 at $2, in order; at most $3 of them, and how many there are.
SELECT e.id, count(*) OVER ()::integer AS found FROM exceptions_matching($1::jsonb, $2::timestamptz) e ORDER BY e.id LIMIT $3
