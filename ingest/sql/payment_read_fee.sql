-- What Stripe kept of a charge and what it left of it, by its rows that are mirrored: the charge's own, and what a partial capture
-- took back. No row while the charge's own is not known. $1 charge.
SELECT b.currency, sum(b.fee)::bigint AS fee, sum(b.net)::bigint AS net
FROM balance_transactions_current b
WHERE b.source = $1 AND NOT b.gone AND b.reporting_category IN ('charge', 'partial_capture_reversal')
GROUP BY b.currency
HAVING bool_or(b.reporting_category = 'charge')
