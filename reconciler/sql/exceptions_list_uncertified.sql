-- Objects of the open exceptions of the dates after $1, which no certificate has yet; the newest $2 of them.
SELECT object FROM exceptions
WHERE status = 'open' AND business_date > $1
ORDER BY last_seen_at DESC, id DESC LIMIT $2
