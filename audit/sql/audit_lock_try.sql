-- True when this database transaction is the one sealer of the installation until it ends; never waits. $1 the sealer's lock.
SELECT pg_try_advisory_xact_lock($1) AS ours
