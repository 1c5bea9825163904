-- Makes every evaluation $1 seconds older than it is, as if the engine had stood still since.
UPDATE alert_evaluations SET at = at - make_interval(secs => $1::integer)
