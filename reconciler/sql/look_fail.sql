-- Notes a look that failed; the next one begins where it began. $1 now, $2 next one due at, $3 error code, $4 error.
UPDATE reconciliation_looks
SET due_at = $2, failing_since = coalesce(failing_since, $1), error_code = $3, error = $4, updated_at = $1
WHERE name = 'today'
