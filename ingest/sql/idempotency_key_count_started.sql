-- How many money calls wait for their outcome.
SELECT count(*)::int AS started FROM idempotency_keys WHERE status = 'started'
