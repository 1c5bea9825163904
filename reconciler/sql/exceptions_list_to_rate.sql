-- Open exceptions whose severity is asked again: those whose age makes them worse by $1, or every one when $2. Locks them.
SELECT id, currency, expected, actual, difference, severity, occurred_at, due_at, next_rating_at, version
FROM exceptions
WHERE status = 'open' AND ($2::boolean OR next_rating_at <= $1)
ORDER BY id
FOR UPDATE
