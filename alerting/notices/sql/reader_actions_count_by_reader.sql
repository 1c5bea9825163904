-- At which readers payments were: readers of payments $1, each payment counted at the reader that had it last, the most first.
SELECT reader_id, count(*)::integer AS payments
FROM (
  SELECT DISTINCT ON (payment_id) payment_id, reader_id
  FROM reader_actions WHERE payment_id = ANY ($1::text[])
  ORDER BY payment_id, started_at DESC
) AS last
GROUP BY reader_id
ORDER BY payments DESC, reader_id
