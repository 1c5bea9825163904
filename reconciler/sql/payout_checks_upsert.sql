-- Stores the last look at payouts. $1 jsonb array of {payout_id, amount, status, complete, items, items_net}, $2 run.
INSERT INTO payout_checks (payout_id, amount, status, complete, items, items_net, run_id)
SELECT payout_id, amount, status, complete, items, items_net, $2
FROM jsonb_to_recordset($1::jsonb) AS c (payout_id text, amount bigint, status text, complete boolean, items integer, items_net bigint)
ON CONFLICT (payout_id) DO UPDATE
SET amount = excluded.amount, status = excluded.status, complete = excluded.complete, items = excluded.items, items_net = excluded.items_net,
    run_id = excluded.run_id
