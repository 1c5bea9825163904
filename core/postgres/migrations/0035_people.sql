-- Up Migration
-- People, how they prove who they are, their sessions, the browsers that are tills, and the quarterly look at who may do what.
-- Times here are the wall clock's, never the sandbox's: an authenticator on somebody's phone knows no other.

CREATE TABLE people (
  id                text PRIMARY KEY,
  -- Lower case; null for cashiers who only ever work at a till.
  email             text UNIQUE CHECK (email = lower(email)),
  name              text NOT NULL,
  role              text NOT NULL CHECK (role IN ('cashier', 'finance', 'oncall', 'manager', 'admin', 'auditor')),
  -- Stores whose objects the person sees; null is the whole shop.
  stores            text[],
  password_hash     text,
  pin_hash          text,
  totp_secret       text,
  -- A code counts once: the newest time step that was used.
  totp_last_step    bigint,
  totp_confirmed_at timestamptz,
  status            text NOT NULL DEFAULT 'active' CHECK (status IN ('invited', 'active', 'removed')),
  created_at        timestamptz NOT NULL,
  created_by        text NOT NULL,
  removed_at        timestamptz,
  removed_by        text,
  removed_why       text,
  version           integer NOT NULL DEFAULT 1
);

-- Ten per person; the text is shown once.
CREATE TABLE recovery_codes (
  person_id text NOT NULL REFERENCES people (id),
  digest    bytea NOT NULL,
  used_at   timestamptz,
  PRIMARY KEY (person_id, digest)
);

-- One-time links: an invitation, or a way back in after an admin has taken the second factor away.
CREATE TABLE invitations (
  id         text PRIMARY KEY,
  person_id  text NOT NULL REFERENCES people (id),
  digest     bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);

-- A browser that is a till: what lets a PIN alone be enough.
CREATE TABLE till_devices (
  id            text PRIMARY KEY,
  till_id       text NOT NULL REFERENCES tills (id),
  secret_sha256 bytea NOT NULL UNIQUE,
  created_at    timestamptz NOT NULL,
  created_by    text NOT NULL,
  revoked_at    timestamptz
);

CREATE TABLE sessions (
  id            text PRIMARY KEY,
  person_id     text NOT NULL REFERENCES people (id),
  secret_sha256 bytea NOT NULL UNIQUE,
  state         text NOT NULL CHECK (state IN ('mfa_required', 'enrol_required', 'active', 'locked')),
  -- The till that it works at, when it was opened by PIN.
  till_id       text REFERENCES tills (id),
  stepped_up_at timestamptz,
  created_at    timestamptz NOT NULL,
  last_seen_at  timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  ended_at      timestamptz,
  ended_by      text,
  ip            text NOT NULL,
  user_agent    text NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id) WHERE ended_at IS NULL;

-- Failed tries, so that guessing is slow: by account and address, and by address.
CREATE TABLE login_failures (
  seq     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind    text NOT NULL CHECK (kind IN ('password', 'code', 'pin')),
  account text NOT NULL,
  ip      text NOT NULL,
  at      timestamptz NOT NULL
);
CREATE INDEX login_failures_by_account ON login_failures (account, ip, at);
CREATE INDEX login_failures_by_ip ON login_failures (ip, at);

CREATE TABLE access_reviews (
  id            text PRIMARY KEY,
  quarter       text NOT NULL UNIQUE,
  opened_at     timestamptz NOT NULL,
  due_at        timestamptz NOT NULL,
  signed_off_at timestamptz,
  signed_off_by text
);

CREATE TABLE access_review_items (
  review_id  text NOT NULL REFERENCES access_reviews (id),
  -- A person or a token that could do something when the review was opened.
  subject    text NOT NULL,
  name       text NOT NULL,
  role       text NOT NULL,
  decision   text CHECK (decision IN ('keep', 'remove')),
  note       text,
  decided_by text,
  decided_at timestamptz,
  PRIMARY KEY (review_id, subject)
);

ALTER TABLE api_tokens
  -- What a token is narrowed to within its role; null is everything that the role may.
  ADD COLUMN scopes text[],
  -- The token that takes its place; both work until the older one expires.
  ADD COLUMN rotated_to text REFERENCES api_tokens (id);

-- Whoever acts: people and tokens under one name, and the person whom several tokens belong to.
CREATE VIEW actors AS
  SELECT id, name, lower(trim(coalesce(person, name))) AS person, role FROM api_tokens
  UNION ALL
  SELECT id, name, lower(trim(name)), role FROM people;

-- What actors did is kept by their id, whichever kind they are.
ALTER TABLE payment_notes DROP CONSTRAINT payment_notes_author_fkey;
ALTER TABLE exceptions DROP CONSTRAINT exceptions_resolved_by_fkey;
ALTER TABLE exception_history DROP CONSTRAINT exception_history_by_id_fkey;
ALTER TABLE exception_notes DROP CONSTRAINT exception_notes_by_id_fkey;
ALTER TABLE exception_approvals
  DROP CONSTRAINT exception_approvals_requested_by_fkey,
  DROP CONSTRAINT exception_approvals_decided_by_fkey;

GRANT SELECT, INSERT, UPDATE ON people, recovery_codes, invitations, till_devices, sessions, login_failures, access_reviews,
  access_review_items TO tillwatch_app;
GRANT DELETE ON recovery_codes, login_failures TO tillwatch_app;
GRANT SELECT ON actors TO tillwatch_app;
