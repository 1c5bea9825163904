-- The chain after $1, in order.
SELECT seq, id, digest, previous_digest, evidence_digest, run_id FROM certificates WHERE seq > $1 ORDER BY seq
