-- Exceptions that a run may change: open ones, those whose money a person moved, and those named by categories $1 and objects $2
-- (same length) in any status.
SELECT e.id, e.category, e.object, e.status, e.currency, e.expected, e.actual, e.difference, e.business_date, e.payment_id,
       e.version, e.severity, e.occurred_at, e.due_at, e.resolution, e.adjustment_entry
FROM exceptions e
WHERE e.status = 'open'
   OR e.adjustment_entry IS NOT NULL
   OR (e.category, e.object) IN (SELECT * FROM unnest($1::text[], $2::text[]))
