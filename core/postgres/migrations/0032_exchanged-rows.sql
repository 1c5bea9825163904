-- Up Migration
-- The newest rows that Stripe exchanged, which tell in what units it states its rates.
CREATE INDEX balance_transactions_exchanged ON balance_transactions (stripe_created DESC)
  WHERE exchange_rate IS NOT NULL AND reporting_category = 'charge';
