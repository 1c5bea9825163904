-- Up Migration
-- Attempts by when they happened, for alerts that must not depend on ClickHouse (alerting/measures/payments).

CREATE INDEX events_attempted ON events (occurred_at, seq) WHERE type = 'payment.attempted';
