-- A new attempt of a payment begins: its outcome is unknown and its latency counts from now. $1 payment, $2 now.
-- The caller holds the row's lock.
UPDATE payments
SET status = 'processing', accepted_at = $2, finished_at = NULL, latency_ms = NULL, decline_code = NULL, failure_code = NULL,
    failure_message = NULL, updated_at = $2, version = version + 1
WHERE id = $1
