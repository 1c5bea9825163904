-- Puts an event off because Stripe was away: that is no try of it, and no failure of its own (failed_at stays). Unless another
-- worker has applied it or noted a try meanwhile.
-- $1 id, $2 tries before, $3 times it was put off before, $4 next attempt at, $5 stable code of the error.
UPDATE webhook_events
SET status = 'failed', postponed = $3 + 1, next_attempt_at = $4, last_error = $5
WHERE id = $1 AND attempts = $2 AND postponed = $3 AND status IN ('received', 'processing', 'failed')
