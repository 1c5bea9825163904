-- Of the objects $1, how many have an exception, open or decided.
SELECT count(DISTINCT object)::integer AS known FROM exceptions WHERE object = ANY ($1::text[])
