-- Which disputes of payments of ours we do not know, or not as they are: another status, or more balance transactions.
-- Arrays of one length: $1 disputes, $2 their charges, $3 their PaymentIntents or null, $4 their statuses, $5 how many balance
-- transactions they show.
SELECT listed.id
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[]) AS listed (id, charge, intent, status, rows)
LEFT JOIN disputes d ON d.id = listed.id
WHERE (d.id IS NULL OR d.status <> listed.status OR d.rows_seen < listed.rows)
  AND EXISTS (SELECT FROM payments p WHERE p.stripe_charge = listed.charge OR p.stripe_payment_intent = listed.intent)
