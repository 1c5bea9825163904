-- Open actions, one per reader at most.
SELECT * FROM reader_actions WHERE ended_at IS NULL ORDER BY started_at
