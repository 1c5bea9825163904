-- Entries with postings on the objects $1, and those that the exception $2 made, oldest first, with their postings.
SELECT e.id, e.kind, e.source_id, e.revision, e.occurred_at, e.recorded_at, e.business_date, e.cause_kind, e.cause_id, e.corrects,
       e.payment_id, jsonb_agg(jsonb_build_array(p.account, p.object, p.currency, p.amount::text) ORDER BY p.position)::text AS plan
FROM journal_entries e
JOIN postings p ON p.entry_id = e.id
WHERE e.id IN (SELECT entry_id FROM postings WHERE object = ANY ($1::text[]))
   OR (e.source_id = $2 AND e.kind IN ('exception_adjustment', 'exception_adjustment_reversal'))
GROUP BY e.id
ORDER BY e.recorded_at, e.id
