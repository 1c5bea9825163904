-- Tries to log in that failed in ($1, $2]: how many, most of one person or e-mail address, and most from one address. Tries that were
-- not looked at any more count as well. What was typed as an e-mail address is told only where it belongs to somebody.
WITH tries AS (
  SELECT e.ip, coalesce(e.actor_id, e.object, p.id) AS person,
         coalesce(e.actor_id, e.object, p.id, lower(e.after #>> '{asked,email}')) AS who
  FROM audit_entries AS e
  LEFT JOIN people AS p ON p.email = lower(trim(e.after #>> '{asked,email}'))
  WHERE e.at > $1 AND e.at <= $2 AND e.kind = 'outcome'
    AND (e.code = 'credentials_invalid' OR (e.code = 'rate_limited' AND e.route LIKE 'POST /session%'))
), of_person AS (
  SELECT count(*)::integer AS failed, max(person) AS person FROM tries WHERE who IS NOT NULL
  GROUP BY who ORDER BY failed DESC, who LIMIT 1
), of_address AS (
  SELECT count(*)::integer AS failed, ip FROM tries WHERE ip IS NOT NULL GROUP BY ip ORDER BY failed DESC, ip LIMIT 1
)
SELECT (SELECT count(*)::integer FROM tries) AS failed,
       coalesce((SELECT failed FROM of_person), 0) AS of_person, (SELECT person FROM of_person) AS person,
       coalesce((SELECT failed FROM of_address), 0) AS of_address, (SELECT ip FROM of_address) AS address
