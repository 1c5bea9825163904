-- Which payouts of Stripe's we do not know, or not as they are. One that ended stays so, but for paid ones that came back.
-- Arrays of one length: $1 payouts, $2 their statuses.
SELECT listed.id
FROM unnest($1::text[], $2::text[]) AS listed (id, status)
LEFT JOIN payouts o ON o.id = listed.id
WHERE o.id IS NULL OR (o.status <> listed.status AND o.status NOT IN ('failed', 'canceled')
  AND NOT (o.status = 'paid' AND listed.status IN ('pending', 'in_transit')))
