-- What a person has to do, most overdue first; computed from the rows, so that nothing must be closed by hand.
-- $1 tills or null, $2 kind or null, $3 now, $4 seconds for which a sale may be part-paid, $5 and $6 and $7 position after which the
-- page starts (due, kind, object) or null, $8 rows at most, $9 seconds before its end at which an authorisation is a task,
-- $10 seconds after which an authorisation of unknown end may be gone.
SELECT * FROM (
  SELECT 'sale_part_paid' AS kind, s.id AS object, NULL AS payment_id, s.id AS sale_id, s.till_id, s.store_id, s.currency,
         s.total - s.amount_paid AS amount, s.updated_at + $4 * interval '1 second' AS due_at, NULL AS detail
  FROM sales s
  WHERE s.status = 'open' AND s.amount_paid > 0 AND s.updated_at <= $3::timestamptz - $4 * interval '1 second'
  UNION ALL
  SELECT 'authorization_expiring', p.id, p.id, p.sale_id, p.till_id, p.store_id, p.currency, p.amount, p.ends_at, NULL
  FROM (
    SELECT h.*, coalesce(h.capture_before, h.accepted_at + $10 * interval '1 second') AS ends_at
    FROM payments h WHERE h.status = 'requires_capture'
  ) AS p
  WHERE p.ends_at <= $3::timestamptz + $9 * interval '1 second'
  UNION ALL
  SELECT 'refund_failed', o.refund_id, p.id, p.sale_id, p.till_id, p.store_id, p.currency, o.amount, o.since, r.failure_reason
  FROM refunds_owed o JOIN payments p ON p.id = o.payment_id JOIN refunds r ON r.id = o.refund_id
  WHERE o.amount > 0
  UNION ALL
  SELECT 'dispute_open', d.id, p.id, p.sale_id, p.till_id, p.store_id, d.currency, d.amount, coalesce(d.due_by, d.opened_at),
         d.status || ', ' || d.reason
  FROM disputes d JOIN payments p ON p.id = d.payment_id
  WHERE d.status IN ('needs_response', 'warning_needs_response', 'appeal_needs_response')
  UNION ALL
  SELECT 'needs_attention', p.id, p.id, p.sale_id, p.till_id, p.store_id, p.currency, p.amount, p.attention_at, p.attention_detail
  FROM payments p WHERE p.attention IS NOT NULL
) AS tasks
WHERE ($1::text[] IS NULL OR till_id = ANY ($1)) AND ($2::text IS NULL OR kind = $2)
  AND ($5::timestamptz IS NULL OR (due_at, kind, object) > ($5, $6::text, $7::text))
ORDER BY due_at, kind, object LIMIT $8
