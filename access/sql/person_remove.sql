-- Removes the person $1 as they were at version $2: at $3, by $4, because of $5. What proves who they are is gone with them.
UPDATE people SET status = 'removed', removed_at = $3, removed_by = $4, removed_why = $5, password_hash = NULL, pin_hash = NULL,
       totp_secret = NULL, totp_confirmed_at = NULL, version = version + 1
WHERE id = $1 AND version = $2 AND status <> 'removed'
