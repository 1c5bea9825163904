-- Stores what a person made of exceptions that the caller has locked. $1 jsonb array of their new fields.
UPDATE exceptions e
SET version = s.version, status = s.status, healed = e.healed AND s.status = e.status, owner = s.owner, resolution = s.resolution, reason = s.reason,
    resolved_by = s.resolved_by, resolved_by_name = s.resolved_by_name, resolved_at = s.resolved_at,
    resolved_run_id = CASE WHEN s.status = e.status THEN e.resolved_run_id END, adjustment_entry = s.adjustment_entry,
    severity = s.severity, due_at = s.due_at, next_rating_at = s.next_rating_at,
    rated_at = CASE WHEN s.status = 'open' AND e.status = 'resolved' THEN s.changed_at ELSE e.rated_at END,
    uncertified = e.uncertified OR s.status <> e.status
FROM jsonb_to_recordset($1::jsonb) AS s (
  id text, version integer, status text, owner text, resolution text, reason text, resolved_by text, resolved_by_name text,
  resolved_at timestamptz, adjustment_entry text, severity text, due_at timestamptz, next_rating_at timestamptz,
  changed_at timestamptz)
WHERE e.id = s.id
