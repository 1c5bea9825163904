-- Ends a pending request; 0 rows when it is not pending any more. $1 id, $2 status, $3 token or null, $4 its name or null, $5 at,
-- $6 note or null.
UPDATE exception_approvals SET status = $2, decided_by = $3, decided_name = $4, decided_at = $5, decision_note = $6
WHERE id = $1 AND status = 'pending'
