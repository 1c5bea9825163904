-- The journal of a payment, in the order in which it was written. $1 payment, $2 its charge or null; settlement entries name
-- the object.
SELECT e.id AS entry_id, e.kind, e.source_id, e.occurred_at, e.recorded_at, e.business_date, p.account, p.object, p.currency,
       p.amount
FROM journal_entries e JOIN postings p ON p.entry_id = e.id
WHERE e.payment_id = $1
   OR e.id IN (SELECT o.entry_id FROM postings o WHERE o.object = $2
               OR o.object IN (SELECT r.stripe_refund FROM refunds r WHERE r.payment_id = $1)
               OR o.object IN (SELECT d.id FROM disputes d WHERE d.payment_id = $1))
ORDER BY e.recorded_at, e.id, p.position
