-- The request $1, locked, with the till of its payment and the person who asked.
SELECT a.*, p.till_id, requester.person AS requested_person
FROM refund_approvals a JOIN payments p ON p.id = a.payment_id LEFT JOIN actors requester ON requester.id = a.requested_by
WHERE a.id = $1 FOR UPDATE OF a
