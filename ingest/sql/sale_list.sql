-- Sales by time of sale, newest first. $1 tills or null, $2 status or null, $3 from or null, $4 to or null, $5 external ref or
-- null, $6 and $7 position after which the page starts or null, $8 rows at most.
SELECT s.*, '[]'::jsonb AS lines FROM sales s
WHERE ($1::text[] IS NULL OR s.till_id = ANY ($1)) AND ($2::text IS NULL OR s.status = $2)
  AND ($3::timestamptz IS NULL OR s.sold_at >= $3) AND ($4::timestamptz IS NULL OR s.sold_at < $4)
  AND ($5::text IS NULL OR s.external_ref = $5)
  AND ($6::timestamptz IS NULL OR (s.sold_at, s.id) < ($6, $7::text))
ORDER BY s.sold_at DESC, s.id DESC LIMIT $8
