-- Up Migration
-- The list of payments at a million rows, and the views that people save of it. Each index serves one filter together with the order
-- of the list; `npm run bench -- payments-list` measures what they are for.

CREATE INDEX payments_by_status ON payments (status, created_at DESC, id DESC);
CREATE INDEX payments_by_amount ON payments (amount DESC, id DESC);
CREATE INDEX payments_by_store ON payments (store_id, created_at DESC, id DESC);
CREATE INDEX payments_by_currency ON payments (currency, created_at DESC, id DESC);
CREATE INDEX payments_by_decline ON payments (decline_code, created_at DESC, id DESC) WHERE decline_code IS NOT NULL;
CREATE INDEX payments_refunded ON payments (created_at DESC, id DESC) WHERE amount_refunded > 0;
-- Counts by status and currency read this index alone.
CREATE INDEX payments_counted ON payments (status, currency) INCLUDE (amount, amount_refunded);

-- A search with its columns under a name, for whoever saved it.
CREATE TABLE saved_views (
  id         text PRIMARY KEY CHECK (id ~ '^view_'),
  actor_id   text NOT NULL,
  page       text NOT NULL CHECK (page IN ('payments', 'webhooks', 'exceptions', 'audit')),
  name       text NOT NULL,
  -- The page's query without its time range: a view is looked at for whatever time is open.
  query      text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (actor_id, page, name)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_views TO tillwatch_app;
