-- The till of the browser with the secret's digest $1, while it is one.
SELECT d.id, d.till_id, t.name AS till_name, t.store_id FROM till_devices d JOIN tills t ON t.id = d.till_id
WHERE d.secret_sha256 = $1 AND d.revoked_at IS NULL
