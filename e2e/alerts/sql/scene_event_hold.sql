-- Holds webhook event $1 until the caller's database transaction ends, as a worker that hangs would.
SELECT id FROM webhook_events WHERE id = $1 FOR UPDATE
