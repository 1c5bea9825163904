-- Open exceptions by category, for the gauge.
SELECT category, count(*)::integer AS open FROM exceptions WHERE status = 'open' GROUP BY category
