-- Payments that are not over, by status: one row per status, by the index payments_open; statuses without one have no row.
SELECT status, count(*)::integer AS open FROM payments
WHERE status IN ('requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'requires_capture')
GROUP BY status
