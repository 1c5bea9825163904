-- Adds a silence: $1 id, $2 matchers as JSON, $3 author, $4 reason, $5 from, $6 until, $7 now.
INSERT INTO alert_silences (id, matchers, author, reason, from_at, until_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
