-- Admins who may log in and have proved no second factor: one row.
SELECT count(*)::integer AS bare_admins FROM people
WHERE role = 'admin' AND status = 'active' AND totp_confirmed_at IS NULL
