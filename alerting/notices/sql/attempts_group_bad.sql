-- Bad card attempts of (from, to] by where and why they went bad, the most first. FINAL: the relay may have sent a batch twice.
-- {from:DateTime64(3, 'UTC')}, {to:DateTime64(3, 'UTC')}; {store:String}, {method:String}, {code:String}, {classes:Array(String)}: empty for all;
-- {slow_ms:UInt32}: 0 means that a failed attempt is bad, else every one that took longer is.
SELECT store_id, till_id, failure_class, decline_code, toUInt32(count()) AS attempts
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
GROUP BY store_id, till_id, failure_class, decline_code
ORDER BY attempts DESC, store_id, till_id, failure_class, decline_code
LIMIT 5000
