-- Takes at most $3 receipts to mail at $1 and holds them until $2; what others hold is passed over. Counts the attempt.
WITH due AS (
  SELECT id FROM receipt_mails
  WHERE status = 'pending' AND next_attempt_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
  ORDER BY next_attempt_at
  LIMIT $3
  FOR UPDATE SKIP LOCKED
)
UPDATE receipt_mails m SET leased_until = $2, attempts = m.attempts + 1
FROM due
WHERE m.id = due.id
RETURNING m.id, m.payment_id, m.email, m.shown_email, m.attempts
