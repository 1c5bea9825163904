-- Accepts events that nobody delivered, in one statement; known ids are left as they are, and not returned. Most of them are
-- known: those are not even tried, so that they cost no number of the sequence.
-- Arrays of one length: $1 ids (sorted, so that two writers never wait for each other in a circle), $2 types,
-- $3 object types, $4 object ids, $5 payload texts, $6 created at Stripe. $7 received at.
INSERT INTO webhook_events (id, type, object_type, object_id, source, payload, stripe_created, received_at, next_attempt_at)
SELECT id, type, object_type, object_id, 'poller', payload, stripe_created, $7, $7
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
  AS polled (id, type, object_type, object_id, payload, stripe_created)
WHERE NOT EXISTS (SELECT 1 FROM webhook_events AS known WHERE known.id = polled.id)
ON CONFLICT (id) DO NOTHING
RETURNING id
