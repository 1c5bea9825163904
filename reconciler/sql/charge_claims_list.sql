-- What of ours the charges $1 can be of, which name the payments $2 and the sales $3 (same length; nulls where they name none).
SELECT named.charge,
       EXISTS (SELECT 1 FROM payments p WHERE p.stripe_charge = named.charge)
         OR EXISTS (SELECT 1 FROM postings m WHERE m.object = named.charge AND m.account = 'clearing:card') AS is_ours,
       own.id IS NOT NULL AS payment_exists,
       own.stripe_charge AS payment_charge,
       s.id AS sale,
       (SELECT count(*) FROM payments o
        WHERE o.sale_id = s.id AND o.stripe_charge <> named.charge AND o.amount_captured > 0)::integer AS other_charges
FROM unnest($1::text[], $2::text[], $3::text[]) AS named (charge, payment, sale)
LEFT JOIN payments own ON own.id = named.payment
LEFT JOIN sales s ON s.id = coalesce(own.sale_id, named.sale)
