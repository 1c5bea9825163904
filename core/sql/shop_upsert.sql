-- Imports a version of shop.yaml: stores, tills and each till's two ledger accounts; a till that is no longer named is made inactive.
-- $1 digest of the body, $2 body, $3 imported at, $4 imported by.
WITH version AS (
  INSERT INTO settings_versions (digest, body, imported_at, imported_by) VALUES ($1, $2, $3, $4)
  ON CONFLICT (digest) DO NOTHING
), store AS (
  INSERT INTO stores (id, name, zone)
  SELECT s.id, s.name, s.zone FROM jsonb_to_recordset($2::jsonb -> 'stores') AS s (id text, name text, zone text)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, zone = excluded.zone
), till AS (
  INSERT INTO tills (id, store_id, name)
  SELECT t.id, t.store, t.name FROM jsonb_to_recordset($2::jsonb -> 'tills') AS t (id text, store text, name text)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, store_id = excluded.store_id, active = true
), gone AS (
  UPDATE tills SET active = false
  WHERE id NOT IN (SELECT t.id FROM jsonb_to_recordset($2::jsonb -> 'tills') AS t (id text))
)
INSERT INTO ledger_accounts (code, kind, description)
SELECT 'till:' || t.id || ':' || purse.name, 'asset', purse.description || t.id
FROM jsonb_to_recordset($2::jsonb -> 'tills') AS t (id text),
     (VALUES ('cash', 'Cash in the drawer of '), ('checks', 'Checks in the drawer of ')) AS purse (name, description)
ON CONFLICT (code) DO NOTHING
