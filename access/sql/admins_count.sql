-- Active admins other than $1.
SELECT count(*)::int AS admins FROM people WHERE role = 'admin' AND status = 'active' AND id <> $1
