-- The newest $1 charges that Stripe settled in another currency, as charged and as booked: what its rates mean.
SELECT p.amount_captured AS charged, p.currency AS charged_in, b.amount AS settled, b.currency AS settled_in,
       b.exchange_rate AS rate
FROM balance_transactions b
JOIN payments p ON p.stripe_charge = b.source
WHERE b.exchange_rate IS NOT NULL AND b.reporting_category = 'charge' AND p.currency <> b.currency
ORDER BY b.stripe_created DESC, b.id, b.version
LIMIT $1
