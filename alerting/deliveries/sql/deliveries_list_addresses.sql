-- Where message number $2 of incident $1 went or is to go, whatever became of it.
SELECT DISTINCT channel, contact FROM alert_deliveries
WHERE incident_id = $1 AND (notice ->> 'number')::integer = $2
