-- What became of receipt mail $1: status $2, reason $3, ended at $4 (null while pending), next attempt at $5. Lets go of it; with its
-- end the address goes.
UPDATE receipt_mails
SET status = $2, reason = $3, ended_at = $4, next_attempt_at = COALESCE($5, next_attempt_at), leased_until = NULL,
    email = CASE WHEN $2 = 'pending' THEN email END
WHERE id = $1 AND status = 'pending'
