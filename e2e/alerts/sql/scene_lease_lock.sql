-- Holds the engine's lease as long as the database transaction is open: an engine that evaluates waits here before it commits.
SELECT l.name FROM alert_leases l FOR UPDATE
