-- How many messages each reader of $1 (a JSON array of {channel, contact}) was written since $2, those that say that something is over left out.
SELECT a.channel, a.contact, count(d.id)::integer AS sent
FROM jsonb_to_recordset($1::jsonb) AS a (channel text, contact text)
JOIN alert_deliveries d ON d.channel = a.channel AND d.contact = a.contact AND d.created_at > $2 AND d.change <> 'resolved'
GROUP BY a.channel, a.contact
