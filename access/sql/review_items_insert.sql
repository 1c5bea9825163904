-- Everybody and everything that may do something at $2 is looked at in the review $1.
INSERT INTO access_review_items (review_id, subject, name, role)
SELECT $1, id, name, role FROM people WHERE status <> 'removed'
UNION ALL
SELECT $1, id, name, role FROM api_tokens WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
