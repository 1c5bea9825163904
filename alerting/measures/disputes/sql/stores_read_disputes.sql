-- Disputes and warnings of fraud of every store, one row per store, zeros included. $1 at, $2 new since (not included), $3 answers that
-- are due before this and have no evidence yet. New is what we have known since then, whenever Stripe made it.
SELECT s.id AS store,
       coalesce(n.opened, 0)::integer AS opened, coalesce(e.due_soon, 0)::integer AS due_soon, e.first_due,
       coalesce(f.warnings, 0)::integer AS warnings
FROM stores s
LEFT JOIN (
  SELECT p.store_id, count(*) AS opened
  FROM disputes d JOIN payments p ON p.id = d.payment_id
  WHERE d.created_at > $2 AND d.created_at <= $1
  GROUP BY p.store_id
) AS n ON n.store_id = s.id
LEFT JOIN (
  SELECT p.store_id, count(*) AS due_soon, min(d.due_by) AS first_due
  FROM disputes d JOIN payments p ON p.id = d.payment_id
  WHERE d.status IN ('needs_response', 'warning_needs_response', 'appeal_needs_response')
    AND d.due_by > $1 AND d.due_by < $3 AND NOT d.has_evidence
  GROUP BY p.store_id
) AS e ON e.store_id = s.id
LEFT JOIN (
  SELECT p.store_id, count(*) AS warnings
  FROM fraud_warnings w JOIN payments p ON p.id = w.payment_id
  WHERE w.created_at > $2 AND w.created_at <= $1 AND w.actionable
  GROUP BY p.store_id
) AS f ON f.store_id = s.id
ORDER BY s.id
