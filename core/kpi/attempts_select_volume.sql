-- What the card attempts of a window [from, to) brought in, per currency, never added across currencies.
-- {from:DateTime64(3, 'UTC')}, {to:DateTime64(3, 'UTC')}, {store:String} empty for the whole shop.
SELECT currency, sum(amount_minor) AS amount, count() AS payments
FROM payment_events_raw_v1 FINAL
WHERE type = 'payment.attempted'
  AND method = 'card'
  AND outcome = 'succeeded'
  AND occurred_at >= {from:DateTime64(3, 'UTC')}
  AND occurred_at < {to:DateTime64(3, 'UTC')}
  AND ({store:String} = '' OR store_id = {store:String})
GROUP BY currency
ORDER BY currency
