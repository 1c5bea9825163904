-- A sale, locked. $1 sale.
SELECT id, till_id, store_id, currency, total, tax_amount, tip_amount, amount_paid, status FROM sales WHERE id = $1 FOR UPDATE
