-- Ends the pending request $1. $2 status, $3 by whom, $4 their name, $5 now, $6 note, $7 the refund that came of it.
UPDATE refund_approvals SET status = $2, decided_by = $3, decided_name = $4, decided_at = $5, decision_note = $6, refund_id = $7
WHERE id = $1 AND status = 'pending'
