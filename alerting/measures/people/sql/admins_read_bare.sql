-- Admins who may log in, and of those the ids without a confirmed second factor.
SELECT count(*)::integer AS admins,
       coalesce(array_agg(id ORDER BY id) FILTER (WHERE totp_confirmed_at IS NULL), '{}') AS bare
FROM people WHERE role = 'admin' AND status = 'active'
