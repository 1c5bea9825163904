-- The copies of format 1, which are filled from Postgres again in the tables of format 2.
DROP TABLE IF EXISTS reconciliation_stripe_v1, reconciliation_stripe_v1_staging, reconciliation_ledger_v1, reconciliation_ledger_v1_staging
