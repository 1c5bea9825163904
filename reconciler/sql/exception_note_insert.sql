-- Adds a note, for good. $1 id, $2 exception, $3 text, $4 token, $5 its name, $6 role, $7 at.
INSERT INTO exception_notes (id, exception_id, text, by_id, by_name, role, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
