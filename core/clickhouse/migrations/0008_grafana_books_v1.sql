-- What dashboards may read of the books: exceptions, certificates, payouts and disputes as they changed; `status` is the category of
-- an exception, and whether a certificate is clean.
CREATE VIEW IF NOT EXISTS grafana_books_v1 AS
SELECT occurred_at, type, status, currency, amount_minor, stripe_object, payment_id
FROM payment_events_raw_v1 FINAL
WHERE type IN ('exception.opened', 'exception.resolved', 'certificate.issued', 'payout.status_changed', 'dispute.opened', 'dispute.closed')
