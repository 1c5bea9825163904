-- Puts an open sale aside, or takes it up again; 0 rows when it is not open. The caller has locked it.
-- $1 sale, $2 now, $3 note, or null to take it up.
UPDATE sales SET held_note = $3, held_at = CASE WHEN $3::text IS NULL THEN NULL ELSE $2::timestamptz END, updated_at = $2
WHERE id = $1 AND status = 'open'
