-- Adds the mail $1 of payment $2 to $3, shown as $4, asked for by $5 at $6, unless $7 of that payment were asked for or the same one
-- waits already. Answers what waits now, or nothing when there were too many.
WITH added AS (
  INSERT INTO receipt_mails (id, payment_id, email, shown_email, status, next_attempt_at, asked_by, created_at)
  SELECT $1, $2, $3, $4, 'pending', $6, $5, $6
  WHERE (SELECT count(*) FROM receipt_mails WHERE payment_id = $2) < $7
  ON CONFLICT (payment_id, email) WHERE status = 'pending' DO NOTHING
  RETURNING id, payment_id, shown_email, status, created_at
)
SELECT * FROM added
UNION ALL
SELECT id, payment_id, shown_email, status, created_at FROM receipt_mails
WHERE payment_id = $2 AND email = $3 AND status = 'pending'
LIMIT 1
