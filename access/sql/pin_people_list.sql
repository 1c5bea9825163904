-- Cashiers with a PIN who may work in the store $1, by name.
SELECT id, name FROM people
WHERE status = 'active' AND role = 'cashier' AND pin_hash IS NOT NULL AND (stores IS NULL OR $1 = ANY (stores)) ORDER BY name, id
