-- What tenders of a sale other than $2 hold of it: what they took, or may still take. $1 sale, $2 payment, $3 statuses that
-- hold an amount.
SELECT coalesce(sum(CASE WHEN status = 'succeeded' THEN amount_captured ELSE amount END), 0)::bigint AS held
FROM payments WHERE sale_id = $1 AND id <> $2 AND status = ANY ($3)
