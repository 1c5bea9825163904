-- Makes the movement of entry $1 for object $2 larger by $3 and one other posting smaller: the entry stays balanced.
UPDATE postings p
SET amount = p.amount + CASE WHEN p.object = $2 THEN $3::bigint ELSE -$3::bigint END
WHERE p.entry_id = $1
  AND (p.object = $2
    OR p.position = (SELECT min(o.position) FROM postings o WHERE o.entry_id = $1 AND o.object IS DISTINCT FROM $2))
