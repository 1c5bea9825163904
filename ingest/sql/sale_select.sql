-- A sale with its lines in their order. $1 sale.
SELECT s.*, coalesce((SELECT jsonb_agg(jsonb_build_object('name', l.name, 'quantity', l.quantity,
         'unit_amount', l.unit_amount, 'tax_amount', l.tax_amount, 'discount_amount', l.discount_amount) ORDER BY l.position)
       FROM sale_lines l WHERE l.sale_id = s.id), '[]') AS lines
FROM sales s WHERE s.id = $1
