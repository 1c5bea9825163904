-- Requests for a second person, newest first. $1 status or null, $2 kind or null, $3 tills (null: all), $4 id or null, $5 at most, $6 now,
-- $7 asked by (null: anybody), $8 payment or null.
SELECT id, kind, payment_id, exception_id, amount, currency, reason, why, requested_by, requested_name, requested_at, expires_at,
       decided_name, decided_at, decision_note, refund_id,
       CASE WHEN status = 'pending' AND expires_at <= $6 THEN 'expired' ELSE status END AS status
FROM approvals
WHERE ($1::text IS NULL OR (CASE WHEN status = 'pending' AND expires_at <= $6 THEN 'expired' ELSE status END) = $1)
  AND ($2::text IS NULL OR kind = $2)
  AND ($3::text[] IS NULL OR till_id = ANY ($3))
  AND ($4::text IS NULL OR id = $4)
  AND ($7::text IS NULL OR requested_by = $7)
  AND ($8::text IS NULL OR payment_id = $8)
ORDER BY requested_at DESC, id DESC LIMIT $5
