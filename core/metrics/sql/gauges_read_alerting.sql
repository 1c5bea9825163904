-- The alerting at $1: one row. Open incidents by severity, the oldest of each that is loud and nobody's, silences that hold, last evaluation.
SELECT
  (SELECT coalesce(jsonb_object_agg(i.severity, i.open), '{}') FROM (
     SELECT severity, count(*) AS open FROM alert_incidents WHERE resolved_at IS NULL GROUP BY severity) AS i) AS firing,
  (SELECT coalesce(jsonb_object_agg(i.severity, i.oldest), '{}') FROM (
     SELECT severity, min(opened_at) AS oldest FROM alert_incidents
     WHERE resolved_at IS NULL AND acked_at IS NULL AND muted_by IS NULL GROUP BY severity) AS i) AS unacked,
  (SELECT count(*) FROM alert_silences WHERE from_at <= $1 AND until_at > $1 AND ended_at IS NULL)::integer AS silences,
  (SELECT at FROM alert_evaluations ORDER BY at DESC LIMIT 1) AS evaluated
