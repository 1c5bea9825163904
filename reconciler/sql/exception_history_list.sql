-- What happened to the exception $1 after its version $2, in order.
SELECT version, change, status, expected, actual, difference, at, run_id, by_kind, by_id, by_name, before, after, why
FROM exception_history WHERE exception_id = $1 AND version > $2 ORDER BY version
