-- Up Migration
-- The audit trail (reliability.md P22): who did what to which object, and how it was before and is after. Rows are written once
-- and never changed by anybody. A sealer gives each row a position in a chain of hashes (docs/audit.md); the head of the chain
-- stands outside the database, so that whoever can write here can still not rewrite the past unseen.

CREATE TABLE audit_entries (
  id         text PRIMARY KEY CHECK (id ~ '^aud_'),
  -- Order of writing; it has holes where a database transaction was rolled back, the chain's positions have none.
  seq        bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  at         timestamptz(3) NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('call', 'outcome', 'read', 'refused', 'job')),
  -- A person, a token, or a part of the platform; null for whoever did not log in. Names are as they were then.
  actor_id   text,
  actor_name text,
  role       text,
  action     text NOT NULL,
  object     text,
  before     jsonb,
  after      jsonb,
  request_id text,
  trace_id   text,
  ip         text,
  user_agent text,
  route      text,
  status     smallint,
  code       text
);
CREATE INDEX audit_entries_by_time ON audit_entries (at DESC, seq DESC);
CREATE INDEX audit_entries_by_actor ON audit_entries (actor_id, at DESC, seq DESC);
CREATE INDEX audit_entries_by_object ON audit_entries (object, at DESC, seq DESC) WHERE object IS NOT NULL;
CREATE INDEX audit_entries_by_request ON audit_entries (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX audit_entries_calls ON audit_entries (at) WHERE kind = 'call';

-- No foreign key: a row that a superuser removed must show as a seal without its row, not vanish with it.
CREATE TABLE audit_seals (
  position bigint PRIMARY KEY CHECK (position > 0),
  entry_id text NOT NULL UNIQUE,
  hash     text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$')
);

CREATE TRIGGER audit_entries_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seals_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON audit_entries, audit_seals TO tillwatch_app;
