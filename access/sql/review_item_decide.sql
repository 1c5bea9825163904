-- Decides on $2 in the review $1. $3 decision, $4 note, $5 by whom, $6 now.
UPDATE access_review_items SET decision = $3, note = $4, decided_by = $5, decided_at = $6 WHERE review_id = $1 AND subject = $2
