-- Notes what the bank calls a payout; no row changes when that is no news. A value, once told, stays; that there is none
-- counts more than that none is known yet: so any order of snapshots ends in the same. Locks the payout.
-- $1 payout, $2 Stripe's status of the reference, supported exactly with a value, $3 the value or null, $4 now.
UPDATE payouts
SET bank_trace_status = $2::text, bank_trace_id = $3::text, updated_at = $4
WHERE id = $1 AND bank_trace_status IS DISTINCT FROM $2::text
  AND CASE $2::text WHEN 'supported' THEN bank_trace_id IS NULL
              WHEN 'unsupported' THEN bank_trace_status IS DISTINCT FROM 'supported'
              ELSE bank_trace_status IS NULL END
