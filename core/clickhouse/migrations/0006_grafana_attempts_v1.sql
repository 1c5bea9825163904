-- What dashboards may read of card attempts: each event once, whatever the relay has sent twice.
CREATE VIEW IF NOT EXISTS grafana_attempts_v1 AS
SELECT occurred_at, store_id, till_id, payment_id, currency, amount_minor, outcome, failure_class, decline_code, latency_ms
FROM payment_events_raw_v1 FINAL
WHERE type = 'payment.attempted' AND method = 'card' AND outcome IN ('succeeded', 'failed')
