-- The very attempts that attempts_select_summary.sql counts, newest first. Beside its parameters: {outcome:String}, empty for all;
-- {fault:String} 'system' for the failures that are the system's own, 'not_system' for all others, empty for all; {slower_than:UInt32} only those that took longer,
-- 0 for all; {before_ms:Int64} and {before_id:String} the last row of the page before, 0 and empty on the first; {limit:UInt32}.
SELECT event_id, toUnixTimestamp64Milli(occurred_at) AS at_ms, payment_id, sale_id, store_id, till_id, currency, amount_minor,
       outcome, failure_class, decline_code, latency_ms
FROM payment_events_raw_v1 FINAL
WHERE type = 'payment.attempted'
  AND method = 'card'
  AND outcome IN ('succeeded', 'failed')
  AND occurred_at >= {from:DateTime64(3, 'UTC')}
  AND occurred_at < {to:DateTime64(3, 'UTC')}
  AND ({store:String} = '' OR store_id = {store:String})
  AND ({outcome:String} = '' OR outcome = {outcome:String})
  AND ({fault:String} = '' OR ({fault:String} = 'system') = (outcome = 'failed' AND failure_class IN {system_classes:Array(String)}))
  AND ({slower_than:UInt32} = 0 OR latency_ms > {slower_than:UInt32})
  AND ({before_id:String} = '' OR (toUnixTimestamp64Milli(occurred_at), event_id) < ({before_ms:Int64}, {before_id:String}))
ORDER BY occurred_at DESC, event_id DESC
LIMIT {limit:UInt32}
