-- Remembers items of payouts. $1 payouts, $2 rows (same length), $3 run.
INSERT INTO payout_items (payout_id, balance_transaction_id, run_id)
SELECT item.payout, item.row, $3 FROM unnest($1::text[], $2::text[]) AS item (payout, row)
ON CONFLICT DO NOTHING
