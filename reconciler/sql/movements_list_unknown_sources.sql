-- Of the sources $1 (charges, refunds, disputes), those that no movement of the ledger names.
SELECT source FROM unnest($1::text[]) AS source
WHERE NOT EXISTS (
  SELECT 1 FROM postings WHERE object = source AND account IN ('clearing:card', 'clearing:refund', 'clearing:dispute'))
