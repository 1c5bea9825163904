-- Rows that wait for their place in the chain, with the oldest one's time. $1 look only after this row's number.
SELECT count(*) AS count, min(e.at) AS oldest
FROM audit_entries e
WHERE e.seq > $1 AND NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.entry_id = e.id)
