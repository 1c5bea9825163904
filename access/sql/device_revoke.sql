-- Ends the device $1 at $2.
UPDATE till_devices SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL
