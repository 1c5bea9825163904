-- Uses the recovery code with digest $2 of the person $1 at $3; no row when there is none that is unused.
UPDATE recovery_codes SET used_at = $3 WHERE person_id = $1 AND digest = $2 AND used_at IS NULL
