-- Keeps runs from starting until the transaction ends; false when one is at work. $1 the reconciler's lock.
SELECT pg_try_advisory_xact_lock_shared($1) AS quiet
