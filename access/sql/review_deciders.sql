-- How many of the review $1 are undecided besides its signer $2, who cannot decide about themselves.
SELECT count(*)::int AS undecided FROM access_review_items WHERE review_id = $1 AND decision IS NULL AND subject <> $2
