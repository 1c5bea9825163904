-- Writes an early fraud warning as Stripe described it; what is not actionable any more stays so. No row when it says nothing
-- new. `is_new` tells whether it was unknown. The caller holds the payment's lock.
-- $1 id, $2 payment, $3 charge, $4 fraud type, $5 actionable, $6 warned at, $7 now.
INSERT INTO fraud_warnings (id, payment_id, stripe_charge, fraud_type, actionable, warned_at, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
ON CONFLICT (id) DO UPDATE SET actionable = false, updated_at = $7 WHERE fraud_warnings.actionable AND NOT $5::boolean
RETURNING (xmax = 0) AS is_new
