-- What a storm left behind, in one row: inbox by state, exceptions by how they ended, who wrote each fact first (a payment, a
-- refund, each state of a payout), money calls without an end.
SELECT
  (SELECT coalesce(jsonb_object_agg(status, n), '{}') FROM (SELECT status, count(*) AS n FROM webhook_events GROUP BY 1) s) AS inbox,
  (SELECT coalesce(jsonb_object_agg(source, n), '{}') FROM (SELECT source, count(*) AS n FROM webhook_events GROUP BY 1) s) AS sources,
  (SELECT count(*)::int FROM idempotency_keys k JOIN payments p ON p.id = k.object_id
   WHERE k.status = 'started' AND p.status NOT IN ('succeeded', 'payment_failed', 'canceled')) AS open_keys,
  (SELECT count(*)::int FROM payments WHERE status NOT IN ('succeeded', 'payment_failed', 'canceled')) AS unfinished_payments,
  (SELECT count(*)::int FROM exceptions) AS exceptions_opened,
  (SELECT count(*)::int FROM exceptions WHERE status = 'open') AS exceptions_open,
  (SELECT count(*)::int FROM exceptions WHERE status = 'resolved' AND NOT healed) AS exceptions_closed_by_hand,
  (SELECT coalesce(jsonb_object_agg(what, n), '{}') FROM (
     SELECT e.category || ' healed by a ' || r.kind || ' run' AS what, count(*) AS n
     FROM exceptions e JOIN reconciliation_runs r ON r.id = e.resolved_run_id WHERE e.healed GROUP BY 1) h) AS exceptions_healed,
  (SELECT coalesce(jsonb_object_agg(writer, n), '{}') FROM (
     SELECT writer, count(*) AS n FROM (
       SELECT first_writer AS writer FROM payments WHERE method = 'card'
       UNION ALL SELECT first_writer FROM refunds WHERE method = 'card'
       UNION ALL SELECT body ->> 'first_writer' FROM events WHERE type = 'payout.status_changed') f
     WHERE writer IS NOT NULL GROUP BY 1) w) AS first_writers
