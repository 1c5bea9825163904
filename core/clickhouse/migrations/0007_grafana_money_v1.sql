-- What dashboards may read of money: what cards brought in and what refunds gave back, per event and currency. `amount` is in major
-- units for people to read, by Stripe's decimals; sums that must be exact use `amount_minor`.
CREATE VIEW IF NOT EXISTS grafana_money_v1 AS
SELECT occurred_at, store_id, till_id, currency, amount_minor,
       if(type = 'payment.attempted', 'taken', 'returned') AS direction,
       amount_minor / exp10(multiIf(
         currency IN ('bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'), 0,
         currency IN ('bhd', 'jod', 'kwd', 'omr', 'tnd'), 3, 2)) AS amount
FROM payment_events_raw_v1 FINAL
WHERE (type = 'payment.attempted' AND method = 'card' AND outcome = 'succeeded') OR type = 'refund.created'
