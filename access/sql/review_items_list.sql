-- Whom and what the review $1 is about, undecided first.
SELECT i.subject, i.name, i.role, i.decision, i.note, i.decided_by, a.name AS decided_name, i.decided_at
FROM access_review_items i LEFT JOIN actors a ON a.id = i.decided_by WHERE i.review_id = $1
ORDER BY i.decision IS NOT NULL, i.role, i.name, i.subject
