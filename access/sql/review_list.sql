-- Reviews, newest first, with how far each is.
SELECT r.id, r.quarter, r.opened_at, r.due_at, r.signed_off_at, r.signed_off_by, a.name AS signed_off_name,
       (SELECT count(*)::int FROM access_review_items i WHERE i.review_id = r.id) AS items,
       (SELECT count(*)::int FROM access_review_items i WHERE i.review_id = r.id AND i.decision IS NOT NULL) AS decided
FROM access_reviews r LEFT JOIN actors a ON a.id = r.signed_off_by ORDER BY r.opened_at DESC, r.id DESC
