-- Payments whose customer was asked to confirm with the bank (3-D Secure) in (from, to], and how many of these got through it:
-- the payment went on, or was refused for another reason than the customer's. Each payment once, however often it was asked;
-- what is stored twice changes nothing, so no FINAL. {from}, {to}, {at}: DateTime64(3, 'UTC').
SELECT toUInt32(count()) AS asked, toUInt32(countIf(passed)) AS passed
FROM
(
    SELECT
        payment_id,
        max(type = 'payment.status_changed' AND status = 'requires_action'
            AND occurred_at <= {to:DateTime64(3, 'UTC')}) AS asked,
        max((type = 'payment.status_changed' AND status IN ('processing', 'requires_capture', 'succeeded'))
            OR (type = 'payment.attempted' AND (outcome = 'succeeded'
                OR (outcome = 'failed' AND failure_class != 'customer')))) AS passed
    FROM payment_events_raw_v1
    WHERE type IN ('payment.attempted', 'payment.status_changed')
      AND occurred_at > {from:DateTime64(3, 'UTC')}
      AND occurred_at <= {at:DateTime64(3, 'UTC')}
    GROUP BY payment_id
    HAVING asked
)
