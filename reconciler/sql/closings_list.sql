-- Per currency what rows and openings explain up to the end of date $2, of the balance type $3: the certified closing of date $1,
-- the day before the first one of this run's changes, and the rows since.
SELECT known.currency, sum(known.net)::bigint AS closing, bool_or(known.certified) AS certified
FROM (
  (SELECT DISTINCT ON (c.currency) c.currency, c.closing AS net, true AS certified
   FROM certificates c
   WHERE c.business_date = $1 AND c.balance_type = $3
   ORDER BY c.currency, c.version DESC)
  UNION ALL
  SELECT b.currency, b.net, false
  FROM balance_transactions_current b
  WHERE NOT b.gone AND b.business_date > $1 AND b.business_date <= $2 AND b.balance_type = $3
) AS known
GROUP BY known.currency
