-- Takes at most $3 messages to send at $1, each the first of its thread that is not ended, and holds them until $2. Of channel $4
-- alone when it is given. One whose resolve is there already is taken before its time. Nobody else gets them meanwhile; what others hold is passed over.
WITH heads AS (
  SELECT h.id
  FROM alert_deliveries h
  WHERE h.status = 'pending'
    AND ($4::text IS NULL OR h.channel = $4)
    AND (h.leased_until IS NULL OR h.leased_until <= $1)
    AND NOT EXISTS (
      SELECT 1 FROM alert_deliveries earlier
      WHERE earlier.thread = h.thread AND earlier.seq < h.seq AND earlier.status = 'pending')
    AND (h.next_attempt_at <= $1 OR EXISTS (
      SELECT 1 FROM alert_deliveries later
      WHERE later.thread = h.thread AND later.seq > h.seq AND later.change = 'resolved'))
  ORDER BY h.seq
  LIMIT $3
  FOR UPDATE SKIP LOCKED
)
UPDATE alert_deliveries d SET leased_until = $2
FROM heads
WHERE d.id = heads.id
RETURNING d.id, d.incident_id, d.channel, d.contact, d.thread, d.change, d.notice, d.attempts, d.created_at
