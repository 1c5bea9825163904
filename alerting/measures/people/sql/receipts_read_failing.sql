-- Receipts that ended without arriving in ($1, $2], and those that have waited since $3 or longer.
SELECT count(*) FILTER (WHERE status = 'failed' AND ended_at > $1 AND ended_at <= $2)::integer AS failed,
       count(*) FILTER (WHERE status = 'pending' AND created_at <= $3)::integer AS waiting
FROM receipt_mails
WHERE status = 'pending' OR (status = 'failed' AND ended_at > $1)
