-- Incidents and silences as the alerts about alerting see them, one row. $1 at, $2 critical incidents that nobody took since before this
-- (included), $3 incidents opened after this, $4 silences that end before this (included), $5 rules that are not counted.
SELECT unacked.count AS unacked, unacked.oldest AS oldest_unacked, unacked.rules AS unacked_rules,
       (SELECT count(*) FROM alert_incidents
        WHERE opened_at > $3 AND opened_at <= $1 AND NOT rule = ANY ($5::text[]))::integer AS opened,
       (SELECT count(*) FROM alert_silences
        WHERE ended_at IS NULL AND from_at <= $1 AND until_at > $1 AND until_at <= $4)::integer AS silences_ending,
       (SELECT min(until_at) FROM alert_silences
        WHERE ended_at IS NULL AND from_at <= $1 AND until_at > $1 AND until_at <= $4) AS first_silence_end
FROM (
  SELECT count(*)::integer AS count, min(counted_from) AS oldest, coalesce(array_agg(DISTINCT rule), '{}') AS rules
  FROM alert_incidents
  WHERE resolved_at IS NULL AND acked_at IS NULL AND muted_by IS NULL AND severity = 'critical' AND counted_from <= $2
    AND NOT rule = ANY ($5::text[])
) AS unacked
