-- How many facts each layer was first to write, every kind with every layer, in a fixed order. Facts of [$1, $2), each bound
-- may be null: payments and refunds by when we made them, payouts and disputes by when Stripe did.
WITH facts AS (
  SELECT 'payment' AS kind, first_writer AS writer FROM payments
  WHERE method = 'card' AND ($1::timestamptz IS NULL OR created_at >= $1) AND ($2::timestamptz IS NULL OR created_at < $2)
  UNION ALL
  SELECT 'refund', first_writer FROM refunds
  WHERE method = 'card' AND ($1::timestamptz IS NULL OR created_at >= $1) AND ($2::timestamptz IS NULL OR created_at < $2)
  UNION ALL
  SELECT 'payout', first_writer FROM payouts
  WHERE ($1::timestamptz IS NULL OR stripe_created >= $1) AND ($2::timestamptz IS NULL OR stripe_created < $2)
  UNION ALL
  SELECT 'dispute', first_writer FROM disputes
  WHERE ($1::timestamptz IS NULL OR opened_at >= $1) AND ($2::timestamptz IS NULL OR opened_at < $2)
)
SELECT kinds.kind, writers.writer, count(facts.writer)::integer AS count
FROM unnest(ARRAY['payment', 'refund', 'payout', 'dispute']) WITH ORDINALITY AS kinds (kind, at)
CROSS JOIN unnest(ARRAY['api', 'webhook', 'poller', 'completer', 'reconciler']) WITH ORDINALITY AS writers (writer, at)
LEFT JOIN facts ON facts.kind = kinds.kind AND facts.writer = writers.writer
GROUP BY kinds.kind, kinds.at, writers.writer, writers.at
ORDER BY kinds.at, writers.at
