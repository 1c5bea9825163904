-- What the platform knows of the payouts $1.
SELECT id, status FROM payouts WHERE id = ANY ($1::text[])
