-- Signs the review $1 off at $2, by $3.
UPDATE access_reviews SET signed_off_at = $2, signed_off_by = $3 WHERE id = $1 AND signed_off_at IS NULL
