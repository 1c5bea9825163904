-- What happened to the exception $1, in order.
SELECT version, change, expected, actual, difference, at, run_id FROM exception_history WHERE exception_id = $1 ORDER BY version
