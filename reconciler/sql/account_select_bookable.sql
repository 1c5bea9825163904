-- The account $1 when a person may book an exception to it: not Stripe's balance, the bank, tills, or what must return to zero.
SELECT code FROM ledger_accounts
WHERE code = $1 AND code NOT IN ('stripe:balance', 'bank', 'suspense', 'fx:position')
  AND code NOT LIKE 'clearing:%' AND code NOT LIKE 'till:%'
