-- When the next open exception gets worse by its age, or null.
SELECT min(next_rating_at) AS at FROM exceptions WHERE status = 'open'
