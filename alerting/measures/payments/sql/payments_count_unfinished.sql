-- Card payments that do not come to an end: processing since before $1, or authorised before $2 and not captured; one row.
SELECT
  (SELECT count(*) FROM payments WHERE status = 'processing' AND accepted_at < $1)::integer AS processing,
  (SELECT min(accepted_at) FROM payments WHERE status = 'processing' AND accepted_at < $1) AS oldest,
  (SELECT count(*) FROM payments WHERE status = 'requires_capture' AND accepted_at < $2)::integer AS authorized
