-- Asks for the nightly runs of the dates that have none yet; once per date with any number of callers.
-- $1 ids, $2 dates (same length), $3 asked at.
INSERT INTO reconciliation_runs (id, kind, from_date, to_date, status, requested_by, requested_at)
SELECT asked.id, 'nightly', asked.date, asked.date, 'pending', 'schedule', $3
FROM unnest($1::text[], $2::date[]) AS asked (id, date)
ON CONFLICT (from_date) WHERE kind = 'nightly' DO NOTHING
