-- Messages that were held back in a storm and told by no digest yet, oldest first, with when the reader's last digest was written and
-- whether the incident is over.
SELECT h.id, h.incident_id, h.channel, h.contact, h.notice, h.held_at, i.resolved_at IS NOT NULL AS is_over,
       (SELECT max(t.told_at) FROM alert_held t WHERE t.channel = h.channel AND t.contact = h.contact) AS last_digest
FROM alert_held h
JOIN alert_incidents i ON i.id = h.incident_id
WHERE h.told_at IS NULL
ORDER BY h.held_at, h.id
