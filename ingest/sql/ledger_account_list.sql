-- The accounts of the ledger.
SELECT code, kind, description FROM ledger_accounts ORDER BY code
