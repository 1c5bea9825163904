-- What of ours a row of Stripe's has to answer, for the objects $1 or with the keys $2: ledger movements.
SELECT m.entry_id AS key, m.kind, m.account, m.stripe_object, m.currency, m.amount, m.occurred_at, m.business_date, m.payment_id
FROM ledger_movements m
WHERE m.stripe_object = ANY ($1::text[]) OR m.entry_id = ANY ($2::text[])
ORDER BY m.occurred_at, m.entry_id
