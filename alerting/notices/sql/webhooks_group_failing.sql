-- Webhooks that are not applied, by type and error, the most first: with $3 those that failed in ($1, $2], else all that wait.
SELECT type, coalesce(last_error, '') AS error, status, count(*)::integer AS events
FROM webhook_events
WHERE status <> 'processed'
  AND CASE WHEN $3::boolean THEN status IN ('failed', 'parked') AND failed_at > $1 AND failed_at <= $2
           ELSE received_at <= $2 END
GROUP BY type, last_error, status
ORDER BY events DESC, type, error, status
LIMIT 500
