-- Journal entries that do not sum to zero in a currency, among three kinds: recent ones, whose id is at least $1; the next
-- slice of all of them, after $2 in the order of ids, some $3 postings long and always of whole entries; those of $4. One row: `upto`
-- is the last entry of the slice, null when it went to the end. By ranges of the primary key, whatever the ledger's size.
WITH bound AS (
  SELECT (SELECT entry_id FROM postings WHERE entry_id > $2 ORDER BY entry_id, position OFFSET $3 LIMIT 1) AS upto
), found AS (
  SELECT entry_id, currency, sum(amount) AS amount FROM postings WHERE entry_id >= $1
  GROUP BY entry_id, currency HAVING sum(amount) <> 0
  UNION
  SELECT entry_id, currency, sum(amount) FROM postings
  WHERE entry_id > $2 AND entry_id <= coalesce((SELECT upto FROM bound), (SELECT max(entry_id) FROM postings))
  GROUP BY entry_id, currency HAVING sum(amount) <> 0
  UNION
  SELECT entry_id, currency, sum(amount) FROM postings WHERE entry_id = ANY ($4::text[])
  GROUP BY entry_id, currency HAVING sum(amount) <> 0
)
SELECT bound.upto,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('entry', entry_id, 'currency', currency, 'amount', amount::text)
                        ORDER BY entry_id, currency), '[]') FROM (SELECT * FROM found ORDER BY entry_id LIMIT 1000) AS few) AS off
FROM bound
