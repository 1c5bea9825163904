-- Up Migration
-- The shop as shop.yaml describes it (each import a version), and who may call the API.

CREATE TABLE settings_versions (
  version     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest      text NOT NULL UNIQUE,
  body        jsonb NOT NULL,
  imported_at timestamptz NOT NULL,
  imported_by text NOT NULL
);

CREATE TABLE stores (
  id   text PRIMARY KEY,
  name text NOT NULL,
  zone text NOT NULL
);

CREATE TABLE tills (
  id       text PRIMARY KEY,
  store_id text NOT NULL REFERENCES stores (id),
  name     text NOT NULL,
  active   boolean NOT NULL DEFAULT true
);

CREATE TABLE api_tokens (
  id            text PRIMARY KEY,
  name          text NOT NULL,
  role          text NOT NULL CHECK (role IN ('cashier', 'finance', 'oncall', 'manager', 'admin', 'auditor')),
  till_id       text REFERENCES tills (id),
  secret_sha256 bytea NOT NULL UNIQUE,
  created_at    timestamptz NOT NULL,
  expires_at    timestamptz,
  revoked_at    timestamptz,
  last_used_at  timestamptz
);

GRANT SELECT, INSERT, UPDATE ON settings_versions, stores, tills, api_tokens TO tillwatch_app;
