-- Up Migration
-- The search for a till's own ref finds its sale without reading all of them.

CREATE INDEX sales_by_external_ref ON sales (external_ref) WHERE external_ref IS NOT NULL;
