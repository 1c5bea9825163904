-- Open exceptions by category, currency and severity: count and what they differ by, either side, in minor units; the worst first.
SELECT category, currency, severity, count(*)::integer AS exceptions, sum(abs(difference))::bigint AS amount
FROM exceptions
WHERE status = 'open'
GROUP BY category, currency, severity
ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], severity), exceptions DESC, category, currency
