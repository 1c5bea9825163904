-- Silences that hold at $1.
SELECT s.id, s.matchers, s.author, s.reason, s.from_at, s.until_at, s.created_at, s.ended_at, s.ended_by
FROM alert_silences s
WHERE s.ended_at IS NULL AND s.until_at > $1 AND s.from_at <= $1
