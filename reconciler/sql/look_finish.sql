-- Notes a look that came to its end. $1 now, $2 next one due at, $3 rows and $4 payouts that Stripe showed, $5 objects examined,
-- $6 whether lost deliveries were submitted, $7 the run of what it found or null, $8 whether it read the whole unfinished date.
UPDATE reconciliation_looks
SET looked_at = $1, due_at = $2, looks = looks + 1, rows_seen = $3, payouts_seen = $4, examined = $5, submitted = $6,
    run_id = coalesce($7, run_id), whole_at = CASE WHEN $8 THEN $1 ELSE whole_at END,
    failing_since = NULL, error_code = NULL, error = NULL, updated_at = $1
WHERE name = 'today'
