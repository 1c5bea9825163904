-- Entries about an object: a payment, sale or entry of ours, a source, or an object of Stripe's; with all of their postings.
-- $1 object, $2 postings at most.
SELECT e.id AS entry_id, e.kind, e.source_id, e.occurred_at, e.recorded_at, e.business_date, e.cause_kind, e.cause_id,
       e.corrects, p.account, p.object, p.currency, p.amount
FROM journal_entries e JOIN postings p ON p.entry_id = e.id
WHERE e.id IN (
  SELECT id FROM journal_entries WHERE id = $1 OR payment_id = $1 OR sale_id = $1 OR source_id = $1
  UNION SELECT entry_id FROM postings WHERE object = $1)
ORDER BY e.recorded_at, e.id, p.position LIMIT $2
