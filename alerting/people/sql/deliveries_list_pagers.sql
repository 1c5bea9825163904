-- Pagers that were told of incident $1.
SELECT DISTINCT channel, contact FROM alert_deliveries WHERE incident_id = $1 AND channel = 'pager' AND change <> 'taken'
