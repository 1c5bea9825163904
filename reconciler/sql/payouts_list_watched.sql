-- Payouts to look at: made in [$1, $2), made before $2 and not final or not itemised yet, or with an open exception of theirs
-- when $3.
SELECT p.id FROM payouts p
WHERE (p.stripe_created < $2
       AND (p.stripe_created >= $1 OR p.status NOT IN ('paid', 'failed', 'canceled')
            OR NOT EXISTS (SELECT 1 FROM payout_checks c WHERE c.payout_id = p.id AND c.complete)))
   OR ($3::boolean AND EXISTS (
     SELECT 1 FROM exceptions e
     WHERE e.object = p.id AND e.status = 'open' AND e.category IN ('status_mismatch', 'payout_mismatch', 'payout_overdue')))
