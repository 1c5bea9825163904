-- Up Migration
-- A run's failures are counted apart from how often it was taken up, and when it is tried again is stored, so that no restart forgets
-- it; a look remembers when it last read the whole unfinished date.

ALTER TABLE reconciliation_runs
  -- How often it failed. One whose process ended each time has failed that often, too, when it is given up.
  ADD COLUMN failures   integer NOT NULL DEFAULT 0,
  -- How often it was taken up since it was asked for or last failed: each but the one under way ended with its process.
  ADD COLUMN take_ups   integer NOT NULL DEFAULT 0,
  -- A failed run is tried again from here on, unless a later night has been asked for; null: by nobody but a person.
  ADD COLUMN not_before timestamptz;

UPDATE reconciliation_runs SET failures = attempts WHERE status <> 'succeeded' AND error_code IS NOT NULL;
-- What was given up is tried once more; of several nights only the last one, which covers the dates of the others.
UPDATE reconciliation_runs SET not_before = finished_at WHERE status = 'failed' AND kind = 'nightly';

ALTER TABLE reconciliation_looks ADD COLUMN whole_at timestamptz;

-- The nights that failed and whose date nothing has reconciled since: for the alert and for the page that shows where
-- reconciliation stands. A date is done when a run that was asked for later has been over it, or gave it its first certificate, as
-- the next night's does.
CREATE VIEW nightly_runs_failed AS
SELECT n.id, n.from_date, n.requested_at, n.failures, n.attempts, n.finished_at, n.error_code, n.error,
       CASE WHEN NOT EXISTS (
         SELECT FROM reconciliation_runs later WHERE later.kind = 'nightly' AND later.from_date > n.from_date)
       THEN n.not_before END AS next_try_at
FROM reconciliation_runs n
WHERE n.kind = 'nightly' AND n.status <> 'succeeded' AND n.error_code IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM reconciliation_runs later
    WHERE later.status = 'succeeded' AND NOT later.dry_run AND later.kind IN ('nightly', 'manual')
      AND n.from_date BETWEEN later.from_date AND later.to_date AND later.requested_at > n.requested_at)
  AND NOT EXISTS (
    SELECT FROM certificates c JOIN reconciliation_runs later ON later.id = c.run_id
    -- Nights that are caught up are asked for at one moment.
    WHERE c.business_date = n.from_date AND c.version = 1 AND later.id <> n.id AND later.requested_at >= n.requested_at);

GRANT SELECT ON nightly_runs_failed TO tillwatch_app;
