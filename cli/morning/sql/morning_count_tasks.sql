-- What waits for a person, each kind with how many there are and when the first is due. $1 now, $2 end of today, $3 how far ahead
-- disputes and reviews are told of.
SELECT 'exceptions_overdue' AS kind, count(*)::integer AS count, min(due_at) AS due_at
FROM exceptions WHERE status = 'open' AND due_at < $1
UNION ALL
SELECT 'exceptions_due_today', count(*)::integer, min(due_at)
FROM exceptions WHERE status = 'open' AND due_at >= $1 AND due_at < $2
UNION ALL
SELECT 'exceptions_unassigned', count(*)::integer, min(due_at) FROM exceptions WHERE status = 'open' AND owner IS NULL
UNION ALL
SELECT 'exception_approvals', count(*)::integer, min(requested_at) FROM exception_approvals WHERE status = 'pending'
UNION ALL
SELECT 'disputes_to_answer', count(*)::integer, min(due_by)
FROM disputes WHERE closed_at IS NULL AND NOT has_evidence AND due_by IS NOT NULL AND due_by < $3
UNION ALL
SELECT 'refunds_owed', count(*)::integer, min(since) FROM refunds_owed WHERE amount > 0
UNION ALL
SELECT 'access_review', count(*)::integer, min(due_at) FROM access_reviews WHERE signed_off_at IS NULL AND due_at < $3
