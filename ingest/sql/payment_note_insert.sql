-- Adds a note to a payment; answers it with its author's name. $1 id, $2 payment, $3 text, $4 author's token, $5 role, $6 now.
WITH note AS (
  INSERT INTO payment_notes (id, payment_id, text, author, role, at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING *
)
SELECT note.*, t.name AS author_name FROM note JOIN actors t ON t.id = note.author
