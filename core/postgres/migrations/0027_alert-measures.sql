-- Up Migration
-- Indexes by which alerts count every few seconds without reading whole tables. All are small: of what is open, or of what is rare.

CREATE INDEX webhook_events_parked ON webhook_events (received_at) WHERE status = 'parked';
CREATE INDEX payouts_open ON payouts (arrival_at) WHERE status NOT IN ('paid', 'failed', 'canceled');
CREATE INDEX disputes_by_arrival ON disputes (created_at);
CREATE INDEX fraud_warnings_by_arrival ON fraud_warnings (created_at);
CREATE INDEX alert_deliveries_failed ON alert_deliveries (ended_at) WHERE status = 'failed';
CREATE INDEX alert_states_blind ON alert_states (rule) WHERE failing >= 3 OR missing >= 3;
