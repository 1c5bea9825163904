-- Adjustment entries $1 with what they posted, in the order of their ids.
SELECT e.id, e.source_id, e.revision, e.payment_id, e.sale_id,
       jsonb_agg(jsonb_build_array(p.account, p.object, p.currency, p.amount::text) ORDER BY p.position)::text AS plan
FROM journal_entries e
JOIN postings p ON p.entry_id = e.id
WHERE e.id = ANY ($1::text[]) AND e.kind = 'exception_adjustment'
GROUP BY e.id
ORDER BY e.id
