-- The review $1, locked.
SELECT id, quarter, signed_off_at FROM access_reviews WHERE id = $1 FOR UPDATE
