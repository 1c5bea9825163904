-- Adds versions of rows. $1 jsonb array of rows, $2 seen at, $3 run.
INSERT INTO balance_transactions (id, version, balance_type, type, reporting_category, source, amount, fee, net, currency,
                                  stripe_created, business_date, available_on, description, exchange_rate, gone,
                                  first_seen_at, run_id)
SELECT id, version, balance_type, type, reporting_category, source, amount, fee, net, currency, stripe_created, business_date,
       available_on, description, exchange_rate, gone, $2, $3
FROM jsonb_to_recordset($1::jsonb) AS r (
  id text, version integer, balance_type text, type text, reporting_category text, source text, amount bigint, fee bigint,
  net bigint, currency text, stripe_created timestamptz, business_date date, available_on timestamptz, description text,
  exchange_rate text, gone boolean)
