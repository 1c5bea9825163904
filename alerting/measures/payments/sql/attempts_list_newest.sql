-- The newest card attempts of ($1, $2], newest first, at most $3: from Postgres, since it must be known when nothing reaches
-- ClickHouse. Who a customer is: as the till named him, else each sale is another.
SELECT e.body ->> 'store_id' AS store, e.body ->> 'outcome' = 'failed' AS failed,
       coalesce(p.customer_ref, p.sale_id) AS customer
FROM (
  SELECT occurred_at, seq, payment_id, body FROM events
  WHERE type = 'payment.attempted' AND occurred_at > $1 AND occurred_at <= $2
    AND body ->> 'outcome' IN ('succeeded', 'failed')
  ORDER BY occurred_at DESC, seq DESC
  LIMIT $3
) AS e
JOIN payments p ON p.id = e.payment_id
ORDER BY e.occurred_at DESC, e.seq DESC
