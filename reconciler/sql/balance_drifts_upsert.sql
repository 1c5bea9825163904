-- Writes what is left since each date; 0 is gone. $1 jsonb array of {currency, date, amount}, $2 balance type, $3 run.
INSERT INTO balance_drifts (balance_type, currency, business_date, amount, run_id)
SELECT $2, currency, date, amount, $3 FROM jsonb_to_recordset($1::jsonb) AS d (currency text, date date, amount bigint)
ON CONFLICT (balance_type, currency, business_date) DO UPDATE SET amount = excluded.amount, run_id = excluded.run_id
