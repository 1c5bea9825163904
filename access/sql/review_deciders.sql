-- How many of the review $1 are undecided, and how many its signer $2 decided about themselves.
SELECT count(*) FILTER (WHERE decision IS NULL)::int AS undecided,
       count(*) FILTER (WHERE subject = $2 AND decided_by = $2)::int AS own
FROM access_review_items WHERE review_id = $1
