-- Rules that cannot see: how often in a row, at worst, they failed ($1 and more) or found nothing ($1 and more); one row per rule.
-- $2 rules to pass over.
SELECT rule, max(failing)::integer AS failing, max(missing)::integer AS missing
FROM alert_states
WHERE (failing >= 3 OR missing >= 3) AND (failing >= $1 OR missing >= $1) AND NOT rule = ANY ($2::text[])
GROUP BY rule
ORDER BY rule
