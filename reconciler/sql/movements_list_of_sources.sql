-- Movements of the ledger on the Stripe objects $1.
SELECT m.entry_id, m.account, m.stripe_object, m.currency, m.amount, m.occurred_at, m.business_date, m.payment_id, m.sale_id
FROM ledger_movements m WHERE m.stripe_object = ANY ($1::text[])
