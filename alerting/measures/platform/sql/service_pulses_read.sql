-- What processes said of themselves: every count summed over the windows that end with $1 and begin (not included) with $2 and $3, the
-- longer one, and when a process last lived, with and without a gateway in it. One row; the sums are {kind: {key: count}}.
WITH counts AS (
  SELECT kind.key AS kind, one.key AS name, coalesce(sum(one.value::bigint) FILTER (WHERE p.at > $2), 0) AS short,
         sum(one.value::bigint) AS long
  FROM service_pulses p
  CROSS JOIN LATERAL jsonb_each(p.counts) AS kind
  CROSS JOIN LATERAL jsonb_each_text(CASE jsonb_typeof(kind.value) WHEN 'object' THEN kind.value
                                     ELSE jsonb_build_object('all', kind.value) END) AS one
  WHERE p.at > $3 AND p.at <= $1 AND one.value ~ '^\d+$'
  GROUP BY kind.key, one.key
), kinds AS (
  SELECT kind, jsonb_object_agg(name, short) AS short, jsonb_object_agg(name, long) AS long FROM counts GROUP BY kind
)
SELECT (SELECT max(at) FROM service_pulses WHERE at <= $1) AS any_at,
       (SELECT max(at) FROM service_pulses WHERE at <= $1 AND 'gateway' = ANY (services)) AS gateway_at,
       coalesce(jsonb_object_agg(kind, short), '{}') AS short, coalesce(jsonb_object_agg(kind, long), '{}') AS long
FROM kinds
