-- What a receipt says of its sale, store and till. $1 sale.
SELECT s.id, s.currency, s.total, s.tax_amount, s.tip_amount, s.discount_amount, s.amount_paid, s.status, s.sold_at, s.external_ref,
       st.id AS store_id, st.name AS store_name, st.zone AS store_zone, t.id AS till_id, t.name AS till_name,
       coalesce((SELECT jsonb_agg(jsonb_build_object('name', l.name, 'quantity', l.quantity, 'unit_amount', l.unit_amount,
                  'tax_amount', l.tax_amount, 'discount_amount', l.discount_amount) ORDER BY l.position)
                 FROM sale_lines l WHERE l.sale_id = s.id), '[]') AS lines
FROM sales s JOIN stores st ON st.id = s.store_id JOIN tills t ON t.id = s.till_id
WHERE s.id = $1
