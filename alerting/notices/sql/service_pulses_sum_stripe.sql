-- Calls to Stripe in ($1, $2] by what came of them, as the processes counted them, the most first.
SELECT counted.key AS outcome, sum(counted.value::bigint)::integer AS calls
FROM service_pulses p
CROSS JOIN LATERAL jsonb_each_text(coalesce(p.counts -> 'stripe_requests', '{}')) AS counted
WHERE p.at > $1 AND p.at <= $2
GROUP BY counted.key
ORDER BY calls DESC, outcome
