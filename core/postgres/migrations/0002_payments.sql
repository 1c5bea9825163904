-- Up Migration
-- Sales, their lines and tenders (payments), refunds, and the keys that make money calls happen once.

CREATE TABLE sales (
  id              text PRIMARY KEY,
  till_id         text NOT NULL REFERENCES tills (id),
  store_id        text NOT NULL REFERENCES stores (id),
  currency        text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  total           bigint NOT NULL CHECK (total > 0),
  tax_amount      bigint NOT NULL CHECK (tax_amount >= 0),
  tip_amount      bigint NOT NULL CHECK (tip_amount >= 0),
  discount_amount bigint NOT NULL CHECK (discount_amount >= 0),
  amount_paid     bigint NOT NULL DEFAULT 0 CHECK (amount_paid BETWEEN 0 AND total),
  status          text NOT NULL CHECK (status IN ('open', 'closed', 'canceled')),
  customer_ref    text,
  cashier_ref     text,
  external_ref    text,
  sold_at         timestamptz NOT NULL,
  business_date   date NOT NULL,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  UNIQUE (till_id, external_ref)
);
CREATE INDEX sales_by_time ON sales (sold_at DESC, id DESC);
CREATE INDEX sales_by_business_date ON sales (business_date);

CREATE TABLE sale_lines (
  sale_id         text NOT NULL REFERENCES sales (id),
  position        integer NOT NULL,
  name            text NOT NULL,
  quantity        integer NOT NULL CHECK (quantity > 0),
  unit_amount     bigint NOT NULL CHECK (unit_amount >= 0),
  tax_amount      bigint NOT NULL DEFAULT 0,
  discount_amount bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (sale_id, position)
);

CREATE TABLE payments (
  id                    text PRIMARY KEY,
  sale_id               text NOT NULL REFERENCES sales (id),
  till_id               text NOT NULL REFERENCES tills (id),
  store_id              text NOT NULL REFERENCES stores (id),
  method                text NOT NULL CHECK (method IN ('card', 'cash', 'check')),
  currency              text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  amount                bigint NOT NULL CHECK (amount > 0),
  amount_captured       bigint NOT NULL DEFAULT 0 CHECK (amount_captured BETWEEN 0 AND amount),
  amount_refunded       bigint NOT NULL DEFAULT 0 CHECK (amount_refunded BETWEEN 0 AND amount_captured),
  status                text NOT NULL CHECK (status IN ('requires_payment_method', 'requires_confirmation', 'requires_action',
                          'processing', 'requires_capture', 'succeeded', 'canceled', 'payment_failed')),
  capture_method        text CHECK (capture_method IN ('automatic', 'manual')),
  stripe_payment_intent text UNIQUE,
  stripe_charge         text UNIQUE,
  decline_code          text,
  failure_code          text,
  failure_message       text,
  card_brand            text,
  card_last4            text,
  amount_received       bigint,
  check_reference       text,
  customer_ref          text,
  cashier_ref           text,
  external_ref          text,
  metadata              jsonb NOT NULL DEFAULT '{}',
  trace_id              text NOT NULL,
  first_writer          text CHECK (first_writer IN ('api', 'webhook', 'poller', 'completer', 'reconciler')),
  accepted_at           timestamptz NOT NULL,
  finished_at           timestamptz,
  latency_ms            integer,
  created_at            timestamptz NOT NULL,
  updated_at            timestamptz NOT NULL,
  version               integer NOT NULL DEFAULT 1
);
CREATE INDEX payments_by_time ON payments (created_at DESC, id DESC);
CREATE INDEX payments_by_sale ON payments (sale_id);
CREATE INDEX payments_unfinished ON payments (accepted_at) WHERE status = 'processing';

CREATE TABLE refunds (
  id             text PRIMARY KEY,
  payment_id     text NOT NULL REFERENCES payments (id),
  method         text NOT NULL CHECK (method IN ('card', 'cash', 'check')),
  currency       text NOT NULL,
  amount         bigint NOT NULL CHECK (amount > 0),
  reason         text NOT NULL,
  status         text NOT NULL CHECK (status IN ('processing', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled')),
  stripe_refund  text UNIQUE,
  failure_reason text,
  cashier_ref    text,
  trace_id       text NOT NULL,
  first_writer   text CHECK (first_writer IN ('api', 'webhook', 'poller', 'completer', 'reconciler')),
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL
);
CREATE INDEX refunds_by_payment ON refunds (payment_id);

-- One row per money call: claimed before Stripe is called, finished with the answer as it was sent (architecture §3.1).
CREATE TABLE idempotency_keys (
  key             text PRIMARY KEY,
  fingerprint     text NOT NULL,
  method          text NOT NULL,
  path            text NOT NULL,
  status          text NOT NULL CHECK (status IN ('started', 'finished')),
  recovery_point  text NOT NULL,
  object_id       text,
  response_status integer,
  response_body   text,
  trace_id        text NOT NULL,
  created_at      timestamptz NOT NULL,
  finished_at     timestamptz,
  CHECK ((status = 'finished') = (response_status IS NOT NULL AND response_body IS NOT NULL))
);
CREATE INDEX idempotency_keys_started ON idempotency_keys (created_at) WHERE status = 'started';

GRANT SELECT, INSERT, UPDATE ON sales, payments, refunds TO tillwatch_app;
GRANT SELECT, INSERT ON sale_lines TO tillwatch_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO tillwatch_app;
