-- Remembers items of payouts, with what each brought when it was first one. $1 payouts, $2 rows, $3 run, $4 nets, $5 their
-- currencies (all but $3 of the same length).
INSERT INTO payout_items (payout_id, balance_transaction_id, run_id, first_net, first_currency)
SELECT item.payout, item.row, $3, item.net, item.currency
FROM unnest($1::text[], $2::text[], $4::bigint[], $5::text[]) AS item (payout, row, net, currency)
ON CONFLICT DO NOTHING
