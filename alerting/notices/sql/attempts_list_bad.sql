-- The newest bad card attempts of (from, to], one per payment. Parameters as in attempts_group_bad.sql; {limit:UInt32}.
SELECT payment_id, sale_id, store_id, till_id, currency, toString(amount_minor) AS amount, failure_class, decline_code,
       ifNull(latency_ms, 0) AS latency_ms, toUnixTimestamp64Milli(occurred_at) AS at_ms
FROM payment_events_raw_v1 FINAL
WHERE type = 'payment.attempted'
  AND occurred_at > {from:DateTime64(3, 'UTC')}
  AND occurred_at <= {to:DateTime64(3, 'UTC')}
  AND outcome IN ('succeeded', 'failed')
  AND if({slow_ms:UInt32} = 0, outcome = 'failed', ifNull(latency_ms, 0) > {slow_ms:UInt32})
  AND ({store:String} = '' OR store_id = {store:String})
  AND ({method:String} = '' OR method = {method:String})
  AND ({code:String} = '' OR decline_code = {code:String})
  AND (empty({classes:Array(String)}) OR has({classes:Array(String)}, failure_class))
ORDER BY occurred_at DESC, event_id DESC
LIMIT 1 BY payment_id
LIMIT {limit:UInt32}
