-- Up Migration
-- When an event last failed, so that "failed in the last hour" (runbook section 4) can be counted.

ALTER TABLE webhook_events ADD COLUMN failed_at timestamptz;
CREATE INDEX webhook_events_failed ON webhook_events (failed_at) WHERE status IN ('failed', 'parked');
CREATE INDEX webhook_events_unprocessed ON webhook_events (received_at) WHERE status <> 'processed';
