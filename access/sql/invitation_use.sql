-- Uses the invitation $1 at $2.
UPDATE invitations SET used_at = $2 WHERE id = $1 AND used_at IS NULL
