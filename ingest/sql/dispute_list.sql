-- Disputes, newest first. $1 state: open, closed or null, $2 payment or null, $3 tills or null, $4 and $5 the last one of the page
-- before or nulls, $6 how many.
SELECT d.*
FROM disputes d JOIN payments p ON p.id = d.payment_id
WHERE ($1::text IS NULL OR ($1 = 'closed') = (d.closed_at IS NOT NULL))
  AND ($2::text IS NULL OR d.payment_id = $2) AND ($3::text[] IS NULL OR p.till_id = ANY ($3))
  AND ($4::timestamptz IS NULL OR (d.opened_at, d.id) < ($4, $5))
ORDER BY d.opened_at DESC, d.id DESC
LIMIT $6
