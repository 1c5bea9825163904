-- Open sales that a till put aside, oldest first, with their lines. $1 till, $2 rows at most.
SELECT s.*, coalesce((SELECT jsonb_agg(jsonb_build_object('name', l.name, 'quantity', l.quantity,
         'unit_amount', l.unit_amount, 'tax_amount', l.tax_amount, 'discount_amount', l.discount_amount) ORDER BY l.position)
       FROM sale_lines l WHERE l.sale_id = s.id), '[]') AS lines
FROM sales s WHERE s.till_id = $1 AND s.held_at IS NOT NULL AND s.status = 'open'
ORDER BY s.held_at, s.id LIMIT $2
