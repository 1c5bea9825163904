-- Up Migration
-- The two sides that `reconcile --full` compares over all time, one row per balance transaction each, in the same columns.

-- Stripe's side: current rows of the mirror. Some things the books cannot tell apart, so neither does this: a row without money
-- is not settled at all; one that is nothing but a cost stands in expense:stripe_fees as one figure.
CREATE VIEW reconciliation_stripe_side AS
SELECT b.id AS key,
       CASE WHEN p.movement_key IS NULL THEN '' ELSE coalesce(b.source, '') END AS object,
       b.currency,
       CASE WHEN cost.only THEN b.net ELSE b.amount END AS amount,
       CASE WHEN cost.only THEN 0 ELSE b.fee END AS fee,
       b.net,
       b.stripe_created AS created,
       b.business_date,
       'version ' || b.version AS ref
FROM balance_transactions_current b
LEFT JOIN pairings p ON p.balance_transaction_id = b.id AND p.ended_run_id IS NULL
CROSS JOIN LATERAL (SELECT b.amount = 0 OR b.reporting_category IN ('fee', 'network_cost') AS only) AS cost
WHERE NOT b.gone AND NOT (b.amount = 0 AND b.fee = 0 AND b.net = 0);

-- The ledger's side: each settlement that no reversal took back, as its postings say today; its amount is what it moved, and by
-- how much the clearing account of its object does not come out at zero, so that a movement altered or deleted later shows. What
-- is off stands in the movement's own currency: with an exchange it says that something is wrong, and not how much. Movements
-- that nothing answers yet are left out of it. What stands in suspense whole is not settled: it is no part of this side.
CREATE VIEW reconciliation_ledger_side AS
SELECT s.key,
       CASE WHEN p.movement_key IS NULL THEN '' ELSE o.object END AS object,
       s.currency,
       (s.net + s.fee + coalesce(c.off, 0))::bigint AS amount,
       s.fee::bigint AS fee,
       s.net::bigint AS net,
       s.created, s.business_date, s.ref
FROM (
  SELECT e.id AS ref, e.source_id AS key, e.business_date, e.occurred_at AS created, l.currency,
         coalesce(sum(l.amount) FILTER (WHERE l.account = 'stripe:balance'), 0) AS net,
         CASE WHEN bool_or(l.account NOT IN ('stripe:balance', 'expense:stripe_fees'))
              THEN coalesce(sum(l.amount) FILTER (WHERE l.account = 'expense:stripe_fees'), 0) ELSE 0 END AS fee,
         coalesce(bool_and(l.account = 'suspense') FILTER (WHERE l.account <> 'stripe:balance'), false) AS suspended
  FROM journal_entries e
  JOIN postings l ON l.entry_id = e.id
  WHERE e.kind = 'settlement'
    AND NOT EXISTS (SELECT 1 FROM journal_entries r
                    WHERE r.kind = 'settlement_reversal' AND r.source_id = e.source_id AND r.revision = e.revision)
  GROUP BY e.id, e.source_id, e.business_date, e.occurred_at, l.currency
  -- Of an exchange, the side of the balance transaction's currency.
  HAVING bool_or(l.account <> 'fx:position' AND l.account NOT LIKE 'clearing:%')
) AS s
LEFT JOIN pairings p ON p.balance_transaction_id = s.key AND p.ended_run_id IS NULL
CROSS JOIN LATERAL (
  SELECT coalesce((SELECT max(v.object) FROM postings v WHERE v.entry_id = s.ref AND v.account LIKE 'clearing:%'),
                  (SELECT max(v.object) FROM postings v WHERE v.entry_id = p.movement_entry AND v.account LIKE 'clearing:%'), '') AS object
) AS o
LEFT JOIN LATERAL (
  SELECT sum(v.amount) AS off
  FROM postings v
  JOIN journal_entries x ON x.id = v.entry_id
  WHERE p.movement_entry IS NOT NULL AND p.category IS DISTINCT FROM 'currency_mismatch'
    AND v.object = o.object AND v.account LIKE 'clearing:%'
    AND (x.kind IN ('settlement', 'settlement_reversal')
         OR EXISTS (SELECT 1 FROM pairings q WHERE q.movement_key = v.entry_id AND q.ended_run_id IS NULL))
) AS c ON true
WHERE NOT (s.suspended AND p.movement_key IS NULL);

GRANT SELECT ON reconciliation_stripe_side, reconciliation_ledger_side TO tillwatch_app;
