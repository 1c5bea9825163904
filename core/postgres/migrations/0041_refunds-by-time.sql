-- Up Migration
-- Refunds by when they were made, for what was given back today (ingest/metrics).

CREATE INDEX refunds_by_time ON refunds (created_at);
