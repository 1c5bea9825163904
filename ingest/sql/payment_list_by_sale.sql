-- The tenders of a sale, oldest first. $1 sale.
SELECT * FROM payments WHERE sale_id = $1 ORDER BY created_at, id
