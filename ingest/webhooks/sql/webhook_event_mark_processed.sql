-- Marks applied events in the database transaction of their facts. Arrays of one length: $1 ids, $2 results. $3 now.
UPDATE webhook_events
SET status = 'processed', result = applied.result, processed_at = $3, attempts = attempts + 1, last_error = NULL
FROM unnest($1::text[], $2::text[]) AS applied (id, result)
WHERE webhook_events.id = applied.id
