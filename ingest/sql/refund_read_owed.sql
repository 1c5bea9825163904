-- What failed refunds of a payment still owe its customer; no row when nothing. $1 payment. The caller holds the payment's lock.
SELECT amount FROM refunds_owed WHERE payment_id = $1 AND amount > 0
