-- Gives exceptions another severity or another time to ask again. $1 jsonb array of {id, severity, version, due_at, next_rating_at}, $2 at.
UPDATE exceptions e
SET severity = r.severity, version = r.version, due_at = r.due_at, next_rating_at = r.next_rating_at,
    rated_at = CASE WHEN r.version > e.version THEN $2 ELSE e.rated_at END
FROM jsonb_to_recordset($1::jsonb) AS r (
  id text, severity text, version integer, due_at timestamptz, next_rating_at timestamptz)
WHERE e.id = r.id
