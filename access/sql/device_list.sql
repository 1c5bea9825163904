-- Browsers that are tills, newest first.
SELECT d.id, d.till_id, t.name AS till_name, d.created_at, d.created_by, a.name AS created_name
FROM till_devices d JOIN tills t ON t.id = d.till_id LEFT JOIN actors a ON a.id = d.created_by
WHERE d.revoked_at IS NULL ORDER BY d.created_at DESC, d.id DESC
