-- Writes what some snapshots tell of a payment beside its state; what is null was not told and stays.
-- $1 payment, $2 cancellation reason, $3 capture before, $4 receipt fields of a card terminal. The caller holds the row's lock.
UPDATE payments
SET cancellation_reason = coalesce($2, cancellation_reason), capture_before = coalesce($3, capture_before),
    card_details = coalesce($4, card_details)
WHERE id = $1
  AND (coalesce($2, cancellation_reason), coalesce($3, capture_before), coalesce($4::jsonb, card_details))
      IS DISTINCT FROM (cancellation_reason, capture_before, card_details)
