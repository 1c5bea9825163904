-- Our own status of the refunds, disputes and payouts $1, as Stripe names them, and how far a payout's bank reference is known.
SELECT stripe_refund AS object, status, NULL::integer AS rows_seen, NULL::integer AS withdrawals, NULL::integer AS reinstatements,
       NULL::text AS bank_trace_status
FROM refunds WHERE stripe_refund = ANY ($1::text[])
UNION ALL
SELECT id, status, rows_seen, withdrawals, reinstatements, NULL FROM disputes WHERE id = ANY ($1::text[])
UNION ALL
SELECT id, status, NULL, NULL, NULL, bank_trace_status FROM payouts WHERE id = ANY ($1::text[])
