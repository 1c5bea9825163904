-- Who was told of each of the incidents $1 (ids), in the order in which they were told first.
SELECT d.incident_id, d.channel, d.contact
FROM alert_deliveries d
WHERE d.incident_id = ANY ($1) AND d.change <> 'resolved'
GROUP BY d.incident_id, d.channel, d.contact
ORDER BY min(d.seq)
