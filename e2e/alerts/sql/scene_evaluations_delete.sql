-- Takes every evaluation away, as if the engine had never run.
DELETE FROM alert_evaluations
