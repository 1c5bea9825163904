-- Up Migration
-- Payments that are not over, by status: few rows however many payments there are, counted with each scrape.
CREATE INDEX payments_open ON payments (status)
  WHERE status IN ('requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'requires_capture');
