-- Of the events $1: how many are applied, and how many wait for their first try. One row.
SELECT count(*) FILTER (WHERE status = 'processed')::integer AS processed,
       count(*) FILTER (WHERE status IN ('received', 'processing'))::integer AS waiting
FROM webhook_events
WHERE id = ANY ($1)
