-- Silences, the one that ends last first. $1 true: only those that have not ended at $2; $3 until_at and $4 id of the last one of the
-- page before or nulls, $5 how many.
SELECT s.id, s.matchers, s.author, s.reason, s.from_at, s.until_at, s.created_at, s.ended_at, s.ended_by
FROM alert_silences s
WHERE (NOT $1::boolean OR (s.ended_at IS NULL AND s.until_at > $2))
  AND ($3::timestamptz IS NULL OR (s.until_at, s.id) < ($3, $4::text))
ORDER BY s.until_at DESC, s.id DESC
LIMIT $5
