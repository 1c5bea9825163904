-- The payout $1 as Stripe last described it, and what its items summed to when they were last looked at.
SELECT o.id, o.status, o.amount, o.currency, o.automatic, o.arrival_at, o.stripe_created, c.items, c.items_net
FROM payouts o LEFT JOIN payout_checks c ON c.payout_id = o.id WHERE o.id = $1
