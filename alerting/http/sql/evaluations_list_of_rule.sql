-- What evaluations of rule $1 saw in [$2, $3), oldest first, at most $4 points evenly taken: the graph of an incident.
WITH seen AS (
  SELECT e.at, r.value AS result, row_number() OVER (ORDER BY e.at) AS place, count(*) OVER () AS points
  FROM alert_evaluations e, jsonb_array_elements(e.results) AS r (value)
  WHERE e.at >= $2 AND e.at < $3 AND r.value ->> 'rule' = $1
)
SELECT at, result FROM seen
WHERE place % greatest(1, ceil(points::numeric / $4)::bigint) = 0 OR place = points
ORDER BY at
