-- How many evaluations the engine has stored.
SELECT count(*)::integer AS count FROM alert_evaluations
