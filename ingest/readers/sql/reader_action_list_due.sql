-- Open actions to look at. $1 now, $2 how many at most.
SELECT * FROM reader_actions WHERE ended_at IS NULL AND look_at <= $1 ORDER BY look_at LIMIT $2
