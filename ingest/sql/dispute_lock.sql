-- What we know of a dispute; locks it. The caller holds the payment's lock. $1 dispute.
SELECT status, reason, amount, due_by, is_charge_refundable, has_evidence, closed_at, rows_seen, withdrawals, reinstatements,
       amount_withdrawn, amount_reinstated, amount_lost, write_offs, as_of
FROM disputes WHERE id = $1 FOR UPDATE
