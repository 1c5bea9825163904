-- Disputes opened in ($2, $1] without mere inquiries, and card payments made in it that succeeded; one row.
SELECT (SELECT count(*) FROM disputes
        WHERE opened_at > $2 AND opened_at <= $1 AND status NOT LIKE 'warning%')::integer AS disputes,
       (SELECT count(*) FROM payments
        WHERE method = 'card' AND status = 'succeeded' AND created_at > $2 AND created_at <= $1)::integer AS payments
