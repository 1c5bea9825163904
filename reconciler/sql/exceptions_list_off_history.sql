-- Exceptions that are not as the last line of their history left them.
SELECT e.id, e.status, e.version, e.expected, e.actual, e.difference, h.change, h.status AS last_status, h.version AS last_version,
       h.expected AS last_expected, h.actual AS last_actual, h.difference AS last_difference
FROM exceptions e
LEFT JOIN LATERAL (
  SELECT * FROM exception_history h WHERE h.exception_id = e.id ORDER BY h.version DESC LIMIT 1
) AS h ON true
WHERE (e.version, e.expected, e.actual, e.difference, e.status)
      IS DISTINCT FROM (h.version, h.expected, h.actual, h.difference, h.status)
ORDER BY e.id
