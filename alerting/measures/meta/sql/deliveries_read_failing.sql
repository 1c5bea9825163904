-- How sending goes, one row per channel that had a message since $2 (not included) or has one waiting: messages given up in ($2, $1],
-- and failed attempts of those that still wait ($1: one that is being sent now has not failed yet).
SELECT channel, sum(given_up)::integer AS given_up, sum(failed_attempts)::integer AS failed_attempts
FROM (
  SELECT channel, 1 AS given_up, 0 AS failed_attempts FROM alert_deliveries
  WHERE status = 'failed' AND ended_at > $2 AND ended_at <= $1
  UNION ALL
  SELECT channel, 0, greatest(attempts - (CASE WHEN leased_until > $1 THEN 1 ELSE 0 END), 0) FROM alert_deliveries
  WHERE status = 'pending' AND created_at > $2
) AS sends
GROUP BY channel
ORDER BY channel
