-- Which refunds of Stripe's we do not know, or not as they are; one that failed or was canceled stays so.
-- Arrays of one length: $1 refunds, $2 their statuses or null.
SELECT listed.id
FROM unnest($1::text[], $2::text[]) AS listed (id, status)
LEFT JOIN refunds r ON r.stripe_refund = listed.id
WHERE r.id IS NULL OR (r.status IS DISTINCT FROM listed.status AND r.status NOT IN ('failed', 'canceled'))
