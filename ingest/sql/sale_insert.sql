-- Opens a sale with its lines at an active till. `store_id` null: there is no such till. `sale_id` null: this till already
-- has a sale with this external ref.
-- $1 id, $2 till, $3 currency, $4 total, $5 tax, $6 tip, $7 discount, $8 customer, $9 cashier, $10 external ref, $11 sold at,
-- $12 business date, $13 now; lines: $14 names, $15 quantities, $16 unit amounts, $17 taxes, $18 discounts.
WITH till AS (
  SELECT id, store_id FROM tills WHERE id = $2 AND active
), sale AS (
  INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, status, customer_ref,
                     cashier_ref, external_ref, sold_at, business_date, created_at, updated_at)
  SELECT $1, till.id, till.store_id, $3, $4, $5, $6, $7, 'open', $8, $9, $10, $11, $12, $13, $13 FROM till
  ON CONFLICT (till_id, external_ref) DO NOTHING
  RETURNING id
), lines AS (
  INSERT INTO sale_lines (sale_id, position, name, quantity, unit_amount, tax_amount, discount_amount)
  SELECT sale.id, line.position, line.name, line.quantity, line.unit_amount, line.tax_amount, line.discount_amount
  FROM sale, unnest($14::text[], $15::integer[], $16::bigint[], $17::bigint[], $18::bigint[])
       WITH ORDINALITY AS line (name, quantity, unit_amount, tax_amount, discount_amount, position)
)
SELECT (SELECT store_id FROM till) AS store_id, (SELECT id FROM sale) AS sale_id
