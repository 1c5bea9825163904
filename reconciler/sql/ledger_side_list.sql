-- The ledger's side of the comparison on the dates $1.
SELECT key, object, currency, amount, fee, net, extract(epoch FROM created)::bigint AS created, business_date, ref
FROM reconciliation_ledger_side
WHERE business_date = ANY ($1::date[])
