-- Ends the pending requests of the exceptions $1, whose facts changed. $2 at.
UPDATE exception_approvals SET status = 'expired', decided_at = $2
WHERE status = 'pending' AND exception_id = ANY ($1::text[])
