-- The copies of format 2, which are filled from Postgres again in the tables of format 3: the same columns, half the granules' rows.
DROP TABLE IF EXISTS reconciliation_stripe_v2, reconciliation_stripe_v2_staging, reconciliation_ledger_v2, reconciliation_ledger_v2_staging
