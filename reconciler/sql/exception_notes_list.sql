-- Notes of the exception $1, oldest first.
SELECT id, text, by_name, role, at FROM exception_notes WHERE exception_id = $1 ORDER BY at, id
